/**
 * Measures the explorer: steps and schedules a second, and how many schedules each way to search
 * needs. Steps are those really run: going back to an earlier state costs none.
 *
 * `node build/bench/explore.js [--json]`; each row is the median of its rounds.
 */
import { explore, type AnyProgram, type ExploreOptions, type Report } from '#hawser/lab/index.js';
import { bell, independent, mutex, sendWindow } from './explore-programs.js';

interface Row {
  readonly program: string;
  readonly search: string;
  readonly verdict: string;
  readonly schedules: number;
  readonly elapsedMs: number;
  readonly schedulesPerSecond: number;
  readonly stepsPerSecond: number;
}

const ROUNDS = 5;

const dfs: ExploreOptions = { mode: 'dfs' };
const dpor: ExploreOptions = { mode: 'dpor' };
const bound = (preemptions: number): ExploreOptions => ({ mode: 'bounded', bound: preemptions });
const sampled = (mode: 'random' | 'pct'): ExploreOptions => ({ mode, maxSchedules: 10_000 });

const PLAN: readonly (readonly [AnyProgram, ...(readonly [string, ExploreOptions][])])[] = [
  [mutex(2), ['all', dfs], ['reduced', dpor], ['bound 2', bound(2)]],
  [
    mutex(3),
    ['all', dfs],
    ['reduced', dpor],
    ['bound 2', bound(2)],
    ['random', sampled('random')],
    ['pct', sampled('pct')],
  ],
  [independent(3, 3), ['all', dfs], ['reduced', dpor], ['bound 2', bound(2)]],
  [bell, ['all', dfs], ['reduced', dpor], ['bound 2', bound(2)]],
  [sendWindow, ['bound 1', bound(1)], ['bound 2', bound(2)]],
];

const rows = PLAN.flatMap(([program, ...searches]) =>
  searches.map(([search, options]) => measure(program, search, options)),
);

if (process.argv.includes('--json')) console.log(JSON.stringify(rows, undefined, 2));
else console.table(rows);

function measure(program: AnyProgram, search: string, options: ExploreOptions): Row {
  // The first round is slower, for nothing is compiled yet; the median leaves it out.
  const reports = Array.from({ length: ROUNDS }, () => explore(program, options));
  const report = reports.sort((a, b) => a.elapsedMs - b.elapsedMs)[Math.floor(ROUNDS / 2)];
  return {
    program: program.name,
    search,
    verdict: report.verdict,
    schedules: report.schedules,
    elapsedMs: Math.round(report.elapsedMs),
    schedulesPerSecond: perSecond(report, report.schedules),
    stepsPerSecond: perSecond(report, report.steps),
  };
}

function perSecond({ elapsedMs }: Report, count: number): number {
  return Math.round((count / elapsedMs) * 1000);
}
