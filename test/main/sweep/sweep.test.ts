/** The grid, the file of results, and the tables and the page made of them. */
import { mkdtempSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';

import { FIGURES } from '#hawser/main/sweep/figures.js';
import { type Axes, scenariosOf, shardOf } from '#hawser/main/sweep/grid.js';
import { heatTable } from '#hawser/main/sweep/heat-table.js';
import { markdownTables } from '#hawser/main/sweep/markdown.js';
import { sweepPage } from '#hawser/main/sweep/page/page.js';
import { ResultsFile } from '#hawser/main/sweep/results-file.js';

import { outcomeWith, resultOf, SCENARIO } from './results.js';

const [GOODPUT] = FIGURES;

const AXES: Axes = {
  flows: [['bbr'], ['bbr', 'cubic']],
  rttMs: [20],
  rateMbit: [10, null],
  queueBdp: [1],
  lossRate: [0, 0.01, 0.1],
  reorderingMs: [0],
  windowSegments: [64],
  acknowledgeEvery: [8],
  acknowledgmentDelayMs: [25],
  wakeLatencyMs: [0.05],
  seconds: [2],
  megabytes: [null],
  seed: [1, 2],
};

function newFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'hawser-sweep-')), 'results.jsonl');
}

test('a grid has every combination once, and shards are all of it, none twice', (t) => {
  const cells = scenariosOf(AXES).map((cell) => JSON.stringify(cell));
  t.is(new Set(cells).size, 2 * 2 * 3 * 2);
  const shards = [1, 2, 3, 4, 5].flatMap((index) => shardOf(cells, { index, count: 5 }));
  t.deepEqual(shards.toSorted(), cells.toSorted());
});

test('results are found again by their scenario when the file is opened again', (t) => {
  const path = newFile();
  new ResultsFile(path).add(SCENARIO, outcomeWith(0.123456789));
  const again = new ResultsFile(path);
  t.is(again.get(SCENARIO)?.outcome.share, 0.123457);
  t.is(again.get({ ...SCENARIO, seed: 2 }), undefined);
});

test('a result is found again however many digits its scenario has', (t) => {
  const path = newFile();
  const exact = { ...SCENARIO, lossRate: 0.123456789, rttMs: 1.00000049 };
  const file = new ResultsFile(path);
  file.add(exact, outcomeWith(0.5));
  t.is(file.get(exact)?.outcome.share, 0.5);
  t.deepEqual(new ResultsFile(path).get(exact)?.scenario, exact);
});

test('a line cut off by a kill is no result, and gives way to the next one', (t) => {
  const path = newFile();
  new ResultsFile(path).add(SCENARIO, outcomeWith(0.5));
  appendFileSync(path, readFileSync(path, 'utf8').slice(0, 40));
  t.is(new ResultsFile(path).get(SCENARIO)?.outcome.share, 0.5);
  const file = new ResultsFile(path);
  file.add({ ...SCENARIO, seed: 2 }, outcomeWith(0.6));
  t.is(readFileSync(path, 'utf8').trimEnd().split('\n').length, 2);
  const again = new ResultsFile(path);
  t.is(again.get(SCENARIO)?.outcome.share, 0.5);
  t.is(again.get({ ...SCENARIO, seed: 2 })?.outcome.share, 0.6);
});

test('a last line that lacks nothing but its end is a result, and stays', (t) => {
  const path = newFile();
  new ResultsFile(path).add(SCENARIO, outcomeWith(0.5));
  writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
  new ResultsFile(path).add({ ...SCENARIO, seed: 2 }, outcomeWith(0.6));
  t.is(new ResultsFile(path).get(SCENARIO)?.outcome.share, 0.5);
});

test('a file that is something else is refused, not written to', (t) => {
  const path = newFile();
  writeFileSync(path, 'a diary\nof a sailor\n');
  t.throws(() => new ResultsFile(path), { code: 'ERR_HAWSER_BAD_OPTION', message: /line 1/ });
});

test('a file of one line without an end that is something else is refused, and stays', (t) => {
  const path = newFile();
  writeFileSync(path, 'a diary of a sailor');
  t.throws(() => new ResultsFile(path), { code: 'ERR_HAWSER_BAD_OPTION', message: /line 1/ });
  t.is(readFileSync(path, 'utf8'), 'a diary of a sailor');
});

test('a table has loss across, what else varies down, and the median of the seeds', (t) => {
  const table = heatTable(GOODPUT, [
    resultOf({ seed: 1 }, 0.9),
    resultOf({ seed: 2 }, 0.7),
    resultOf({ seed: 3 }, 0.8),
    resultOf({ lossRate: 0.07 }, 0.6),
    resultOf({ rttMs: 50 }, 0.5),
  ]);
  t.deepEqual(table?.rowHeadings, ['RTT 20 ms', 'RTT 50 ms']);
  t.deepEqual(table?.columnHeadings, ['loss 0 %', 'loss 7 %']);
  t.deepEqual(
    table?.cells.map((row) => row.map((cell) => cell?.value)),
    [
      [0.8, 0.6],
      [0.5, undefined],
    ],
  );
});

test('a figure that makes no sense for any result has no table', (t) => {
  const fairness = FIGURES.find(({ title }) => title === 'Fairness')!;
  t.is(heatTable(fairness, [resultOf({}, 0.5)]), undefined);
});

test('the Markdown says what is the same everywhere before the tables', (t) => {
  const text = markdownTables([resultOf({}, 0.9), resultOf({ lossRate: 0.01 }, 0.8)]);
  t.true(text.startsWith('none, 10 Mbit/s, RTT 20 ms, queue 2 BDP'));
  t.regex(text, /\| Goodput +\| loss 0 % \| loss 1 % \|\n\| -+ \| -+ \| -+ \|\n\| all +\| 0\.900/);
});

/** What a page's script meets in a browser, as far as it goes. */
function fakeBrowser(html: string) {
  const clicks: (() => void)[] = [];
  const element = (key?: string) => ({
    textContent: '',
    innerHTML: '',
    dataset: { key },
    scrollIntoView: () => undefined,
    addEventListener: (_event: string, listener: () => void) => clicks.push(listener),
  });
  const heading = element();
  const data = /<script type="application\/json" id="results">(.*)<\/script>/.exec(html)![1];
  const page = {
    getElementById: () => ({ ...element(), textContent: data }),
    querySelector: (selector: string) => (selector === '#run h2' ? heading : element()),
    querySelectorAll: () =>
      [...html.matchAll(/data-key="([^"]*)"/g)].map(([, key]) => element(key)),
  };
  const drawn: { title: string; data: number[][] }[] = [];
  function plot({ title }: { title: string }, series: number[][]) {
    drawn.push({ title, data: series });
  }
  return { page, plot, drawn, heading, clicks };
}

test("the page's script is whole by itself, draws the first run, and the one that is chosen", (t) => {
  const html = sweepPage([resultOf({}, 0.9), resultOf({ rttMs: 50 }, 0.8)], 'hawser sweep');
  const script = /<script>(\(function drawPlots.*)\(document, uPlot\);<\/script>/s.exec(html)![1];
  const { page, plot, drawn, heading, clicks } = fakeBrowser(html);
  // Made in the global scope, so that a name from a module would not be found.
  const draw = (0, eval)(script) as (page: object, plot: object) => void;
  draw(page, plot);
  t.deepEqual(
    drawn.map(({ data }) => data),
    [
      [
        [0, 1, 2],
        [0, 0.5, 1.5],
      ],
      [
        [0, 1, 2],
        [0, 4, 8],
      ],
      [
        [0, 1, 2],
        [0, 5, 4],
      ],
    ],
  );
  t.true(heading.textContent.includes('rtt=20'));
  clicks[1]();
  t.is(drawn.length, 6);
  t.true(heading.textContent.includes('rtt=50'));
});

test('the page needs nothing else, and no text becomes markup', (t) => {
  const html = sweepPage([resultOf({}, 0.9)], 'hawser sweep --out </script><b>');
  t.false(/(src|href)=/.test(html.replace(/<script>.*?<\/script>/gs, '')));
  t.false(html.includes('--out </script>'));
  t.true(html.includes('hsl(103 70% 75%)'));
});
