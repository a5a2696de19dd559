/** The committed ratios, and what has moved since: by more than either run's own noise. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { show, type Spread } from '../support/report.js';
import { FOLDERS } from '../support/folders.js';
import type { WatchedRatio, WatchedRatios } from './ratios.js';

export interface Baseline {
  readonly machine: string;
  readonly measuredAt: string;
  readonly runs: number;
  readonly ratios: WatchedRatios;
}

export type Verdict = 'better' | 'worse' | 'within the noise' | 'not in the baseline';

export interface Comparison {
  readonly verdict: Verdict;
  readonly line: string;
}

const FILE = new URL('baseline.json', FOLDERS.sources);
const DIGITS = 3;

/** Undefined if none has been written yet. */
export function readBaseline(): Baseline | undefined {
  if (!existsSync(FILE)) return undefined;
  return JSON.parse(readFileSync(FILE, 'utf8')) as Baseline;
}

export function writeBaseline(baseline: Baseline): void {
  writeFileSync(FILE, `${JSON.stringify(baseline, null, 2)}\n`);
}

export function compare(now: WatchedRatios, before: WatchedRatios): Comparison[] {
  return Object.entries(now).map(([name, ratio]) => {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    const verdict = old === undefined ? 'not in the baseline' : judge(ratio, old);
    const was = old === undefined ? '' : `, was ${show(old.spread, DIGITS)}`;
    return { verdict, line: `${name}: ${show(ratio.spread, DIGITS)}${was}: ${verdict}` };
  });
}

/** Moved if each median lies outside of what the other run has seen. */
function judge({ better, spread: now }: WatchedRatio, { spread: before }: WatchedRatio): Verdict {
  if (within(now.median, before) || within(before.median, now)) return 'within the noise';
  return now.median > before.median === (better === 'more') ? 'better' : 'worse';
}

function within(value: number, { least, most }: Spread): boolean {
  return value >= least && value <= most;
}
