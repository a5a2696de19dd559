/**
 * How the lab commands print. Results go to standard output, progress to standard error. Main thread.
 */
import { formatTrace, type Progress, type Report } from '../../lab/index.js';
import type { ChosenVersion } from './lab-scenarios.js';
import { withOriginalSources } from './lab-sources.js';

/** Nothing is shown of a search shorter than this. */
const QUIET_MS = 1000;
/** Between two lines where they cannot be overwritten. */
const LINE_MS = 5000;

/** One line that says how far a search is, overwritten on a terminal. */
export class LabProgress {
  #shownAtMs = QUIET_MS;
  #shown = false;

  constructor(private readonly title: string) {}

  show({ phase, schedules, elapsedMs }: Progress): void {
    const interval = process.stderr.isTTY ? QUIET_MS / 5 : LINE_MS;
    if (elapsedMs < this.#shownAtMs) return;
    this.#shownAtMs = elapsedMs + interval;
    this.#shown = true;
    const seconds = (elapsedMs / 1000).toFixed(1);
    const line = `${this.title}: ${phase}, ${schedules.toLocaleString('en')} schedules, ${seconds} s`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K` : `${line}\n`);
  }

  end(): void {
    if (this.#shown && process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}

/** One line, so that a program can read it as the last one. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value));
}

export function printExploration(
  results: readonly { version: ChosenVersion; report: Report }[],
  json: boolean,
): void {
  if (json) {
    const rows = results.map(({ version, report }) => {
      return { version: version.title, declared: version.fails ?? 'no failure', ...report };
    });
    printJson(rows);
    return;
  }
  for (const { version, report } of results) console.log(describe(version, report));
}

function describe(version: ChosenVersion, report: Report): string {
  const { failure, schedules, steps, elapsedMs } = report;
  const lines = [
    `${version.title}: ${verdictOf(report)}`,
    `  ${count(schedules, 'schedule')}, ${count(steps, 'step')}, ${elapsedMs.toFixed(0)} ms${cutsOf(report)}`,
  ];
  for (const [outcome, times] of Object.entries(report.outcomes)) {
    const why = version.program.allowed?.[outcome];
    lines.push(`  outcome ${outcome}: ${times}${why === undefined ? '' : ` (${why})`}`);
  }
  if (failure !== undefined) {
    lines.push(`  ${count(failure.preemptions, 'preemption')}, token ${failure.token}`, '');
    lines.push(formatTrace(withOriginalSources(failure.trace)));
  }
  return `${lines.join('\n')}\n`;
}

function verdictOf({ verdict, failure }: Report): string {
  if (failure !== undefined) return `FAILED, ${failure.kind}: ${failure.message}`;
  return verdict === 'proved'
    ? 'proved: every behaviour of this program was seen'
    : 'passed: nothing found in what was searched';
}

function cutsOf({ cuts, boundReached }: Report): string {
  const bound = boundReached === undefined ? '' : `; all up to ${boundReached} preemptions`;
  const left = cuts.filter((cut) => cut !== 'failure');
  return left.length === 0 ? '' : `${bound}; left out by: ${left.join(', ')}`;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** Reports that need no layout of their own: a line a field. */
export function printFields(reports: readonly object[], json: boolean): void {
  if (json) {
    printJson(reports);
    return;
  }
  for (const report of reports) {
    for (const [key, value] of Object.entries(report)) console.log(`${key}: ${text(value)}`);
    console.log('');
  }
}

function text(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value));
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, one]) => `\n  ${key}: ${String(one)}`);
  return entries.length === 0 ? 'none' : entries.join('');
}
