/**
 * What runs in the browser: the plots of the run whose cell was chosen. Sent as the source text of
 * this one function, so it must not use anything from outside of it.
 */

interface PageElement {
  textContent: string;
  innerHTML: string;
  readonly dataset: { readonly key?: string };
  addEventListener(event: 'click', listener: () => void): void;
  scrollIntoView(options: object): void;
}

interface Page {
  getElementById(id: string): PageElement;
  querySelector(selector: string): PageElement;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

type Plot = new (options: object, data: readonly (readonly number[])[], at: PageElement) => unknown;

interface PlottedResult {
  readonly key: string;
  readonly outcome: {
    readonly flows: readonly { readonly congestion: string }[];
    readonly series: {
      readonly atMs: readonly number[];
      readonly queueMs: readonly number[];
      readonly kilobytes: readonly (readonly number[])[];
    };
  };
}

export function drawPlots(page: Page, plot: Plot): void {
  const colours = ['#1f6fb4', '#d1662b', '#3a923a', '#8d5aa8', '#c03d3e', '#845b53'];
  const results = JSON.parse(page.getElementById('results').textContent) as PlottedResult[];
  const place = page.querySelector('#run .plots');

  function draw(
    title: string,
    unit: string,
    names: string[],
    data: readonly (readonly number[])[],
  ) {
    const series = names.map((label, at) => ({
      label,
      stroke: colours[at % colours.length],
      width: 1.5,
    }));
    const options = {
      title,
      width: 460,
      height: 300,
      scales: { x: { time: false } },
      axes: [{ label: 'seconds' }, { label: unit, size: 70 }],
      series: [{ label: 'seconds' }, ...series],
    };
    new plot(options, data, place);
  }

  function show({ key, outcome }: PlottedResult) {
    const { flows, series } = outcome;
    const names = flows.map(({ congestion }, at) => `${at + 1}: ${congestion}`);
    const seconds = series.atMs.map((atMs) => atMs / 1e3);
    const rates = series.kilobytes.map((kilobytes) =>
      kilobytes.map((value, at) => {
        const before = Math.max(0, at - 1);
        const elapsed = series.atMs[at] - series.atMs[before];
        return elapsed > 0 ? (8 * (value - kilobytes[before])) / elapsed : 0;
      }),
    );
    page.querySelector('#run h2').textContent = key;
    place.innerHTML = '';
    const megabytes = series.kilobytes.map((values) => values.map((value) => value / 1e3));
    draw('Sequence: bytes read so far', 'MB', names, [seconds, ...megabytes]);
    draw('Goodput', 'Mbit/s', names, [seconds, ...rates]);
    draw('Wait before the bottleneck', 'ms', ['queue'], [seconds, series.queueMs]);
  }

  const byKey = new Map(results.map((result) => [result.key, result]));
  for (const button of page.querySelectorAll('button[data-key]')) {
    button.addEventListener('click', () => {
      const result = byKey.get(button.dataset.key ?? '');
      if (result === undefined) return;
      show(result);
      page.querySelector('#run').scrollIntoView({ behavior: 'smooth' });
    });
  }
  if (results.length > 0) show(results[0]);
}
