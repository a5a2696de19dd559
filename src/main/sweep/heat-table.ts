/**
 * Results as a table: loss runs across, all else that varies runs down, seeds are put together. Plain data, for HTML, the terminal and Markdown alike.
 */
import type { Scenario } from '../../shared/sweep/scenario.js';
import type { Figure } from './figures.js';
import type { Result } from './results-file.js';

export interface HeatTable {
  readonly figure: Figure;
  readonly rowHeadings: readonly string[];
  readonly columnHeadings: readonly string[];
  /** By row and column; undefined where there is no result. */
  readonly cells: readonly (readonly (HeatCell | undefined)[])[];
}

export interface HeatCell {
  /** Median over the seeds. */
  readonly value: number;
  /** The results behind it. */
  readonly keys: readonly string[];
}

type Field = keyof Scenario;

const ACROSS: readonly Field[] = ['lossRate'];
const DOWN: readonly Field[] = [
  'flows',
  'rateMbit',
  'rttMs',
  'queueBdp',
  'reorderingMs',
  'windowSegments',
  'acknowledgeEvery',
  'acknowledgmentDelayMs',
  'wakeLatencyMs',
  'megabytes',
  'seconds',
];

const TEXTS: Readonly<Record<Exclude<Field, 'seed'>, (scenario: Scenario) => string>> = {
  flows: ({ flows }) => flows.join('+'),
  lossRate: ({ lossRate }) => `loss ${Number((100 * lossRate).toPrecision(12))} %`,
  rateMbit: ({ rateMbit }) => (rateMbit === null ? 'no rate limit' : `${rateMbit} Mbit/s`),
  rttMs: ({ rttMs }) => `RTT ${rttMs} ms`,
  queueBdp: ({ queueBdp }) => `queue ${queueBdp} BDP`,
  reorderingMs: ({ reorderingMs }) => `reordering ${reorderingMs} ms`,
  windowSegments: ({ windowSegments }) => `window ${windowSegments ?? 'grows'}`,
  acknowledgeEvery: ({ acknowledgeEvery }) => `acknowledgment every ${acknowledgeEvery}`,
  acknowledgmentDelayMs: ({ acknowledgmentDelayMs }) => `or after ${acknowledgmentDelayMs} ms`,
  wakeLatencyMs: ({ wakeLatencyMs }) => `threads up to ${wakeLatencyMs} ms late`,
  megabytes: ({ megabytes }) => (megabytes === null ? 'endless' : `${megabytes} MB`),
  seconds: ({ seconds }) => `${seconds} s`,
};

/** Undefined if the figure makes no sense for any of the results. */
export function heatTable(figure: Figure, results: readonly Result[]): HeatTable | undefined {
  const valued = results.filter(({ outcome }) => figure.of(outcome) !== null);
  if (valued.length === 0) return undefined;
  const rowOf = heading(DOWN, results);
  const columnOf = heading(ACROSS, results);
  const rowHeadings = distinct(valued, rowOf);
  const columnHeadings = distinct(valued, columnOf);
  const cells = rowHeadings.map((row) =>
    columnHeadings.map((column) =>
      cellOf(
        figure,
        valued.filter((result) => rowOf(result) === row && columnOf(result) === column),
      ),
    ),
  );
  return { figure, rowHeadings, columnHeadings, cells };
}

/** What all results have in common, in words. */
export function commonText(results: readonly Result[]): string {
  const fields = [...ACROSS, ...DOWN] as Exclude<Field, 'seed'>[];
  return fields
    .filter((field) => distinct(results, ({ scenario }) => TEXTS[field](scenario)).length === 1)
    .map((field) => TEXTS[field](results[0].scenario))
    .join(', ');
}

/** Names only what is not the same everywhere. */
function heading(fields: readonly Field[], results: readonly Result[]) {
  const varying = (fields as Exclude<Field, 'seed'>[]).filter(
    (field) => distinct(results, ({ scenario }) => TEXTS[field](scenario)).length > 1,
  );
  return ({ scenario }: Result) =>
    varying.map((field) => TEXTS[field](scenario)).join(', ') || 'all';
}

function distinct(results: readonly Result[], textOf: (result: Result) => string): string[] {
  return [...new Set(results.map(textOf))];
}

function cellOf(figure: Figure, results: readonly Result[]): HeatCell | undefined {
  if (results.length === 0) return undefined;
  const values = results.map(({ outcome }) => figure.of(outcome) as number);
  return { value: median(values), keys: results.map(({ key }) => key) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
