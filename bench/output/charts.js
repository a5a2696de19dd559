/* Runs in the page: a bar chart for each column that has one, a dot for each run. */
/* global document, getComputedStyle, uPlot */
const WIDTH = 540;
const HEIGHT = 300;
const BAR_SHARE = 0.6;

const contest = JSON.parse(document.getElementById('contest').textContent);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);

for (const scenario of contest.scenarios) {
  const place = document.querySelector(`[data-scenario="${scenario.name}"]`);
  const rows = scenario.rows.filter((row) => row.samples.some(Boolean));
  for (const column of scenario.columns.filter((column) => column.chart)) {
    draw(place, rows, column);
  }
}

function draw(place, rows, { key, heading }) {
  const figure = place.appendChild(document.createElement('div'));
  figure.appendChild(document.createElement('h3')).textContent = heading;
  const bars = (kinds) =>
    rows.map((row) => (kinds.includes(row.kind) ? row.spreads[key].median : null));
  const runs = Array.from({ length: contest.runs }, (_, run) =>
    rows.map((row) => row.samples[run]?.[key] ?? null),
  );
  const data = [rows.map((_, at) => at), bars(['hawser']), bars(['tcp', 'peer']), ...runs];
  new uPlot(options(rows, contest.runs), data, figure);
}

function options(rows, runs) {
  const axis = { stroke: colour('--dot'), grid: { stroke: colour('--line') } };
  return {
    width: WIDTH,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-0.5, rows.length - 0.5] },
      y: { range: (_, __, most) => [0, most * 1.05] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 76,
        splits: rows.map((_, at) => at),
        values: (_, splits) => splits.map((at) => inLines(rows[at].label)),
        font: '11px system-ui, sans-serif',
      },
      { ...axis, size: 64 },
    ],
    series: [{}, bar('--hawser'), bar('--bar'), ...Array.from({ length: runs }, dots)],
  };
}

/** Names of packages are wider than bars. */
function inLines(label) {
  return label.replace(/, |\/| (?=\d)/g, '\n');
}

function bar(name) {
  const fill = colour(name);
  const paths = uPlot.paths.bars({ size: [BAR_SHARE, 100] });
  return { fill, stroke: fill, paths, points: { show: false } };
}

function dots() {
  const stroke = colour('--dot');
  return { stroke, paths: () => null, points: { show: true, size: 5, fill: stroke } };
}
