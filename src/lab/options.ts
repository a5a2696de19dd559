/**
 * The options of an exploration, parsed once at the edge.
 */
import { HawserError } from '../shared/errors.js';

/**
 * - `auto`: preemption bounds 0, 1 and 2, then partial-order reduction, then sampling
 * - `bounded`: every schedule with at most `bound` preemptions
 * - `dpor`: every behaviour, one schedule for each (dynamic partial-order reduction)
 * - `dfs`: every schedule; for very small programs and for checking the others
 * - `random`, `pct`: sampling by seed; PCT is probabilistic concurrency testing
 */
export type Mode = 'auto' | 'bounded' | 'dpor' | 'dfs' | 'random' | 'pct';

/** When a `wait` with a finite time-out may time out: `idle` is when no other thread can go on. */
export type TimeoutPolicy = 'never' | 'idle' | 'any';

/** How a run behaves, whoever chooses the schedule; part of every replay token. */
export interface RunOptions {
  /** `checked`: plain accesses are race-checked only; `interleaved`: they are steps as well. */
  readonly plain: 'checked' | 'interleaved';
  /** With `interleaved`: copy elements one by one, so that torn copies show. */
  readonly splitBulk: boolean;
  /** `fail`, or `ignore` for programs that race on purpose. */
  readonly races: 'fail' | 'ignore';
  readonly timeouts: TimeoutPolicy;
  /** Steps in one schedule, after which it fails as livelock or step limit. */
  readonly maxSteps: number;
}

export interface SearchOptions extends RunOptions {
  readonly mode: Mode;
  /** Preemptions, for `auto` and `bounded`. */
  readonly bound: number;
  readonly maxSchedules: number;
  readonly maxSeconds: number;
  readonly seed: number;
  /** `false` goes on and collects all failure kinds and outcomes. */
  readonly stopAtFirst: boolean;
  /** Whether to look for a simpler schedule that fails in the same way. */
  readonly minimise: boolean;
}

export interface Progress {
  /** The phase under way, for example `bound 2` or `dpor`. */
  readonly phase: string;
  readonly schedules: number;
  readonly steps: number;
  readonly elapsedMs: number;
}

export type ExploreOptions = {
  readonly [K in keyof SearchOptions]?: SearchOptions[K] | undefined;
} & {
  /** Called about ten times a second. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
};

const DEFAULTS: SearchOptions = {
  mode: 'auto',
  bound: 2,
  maxSchedules: Infinity,
  maxSeconds: 60,
  seed: 1,
  stopAtFirst: true,
  minimise: true,
  plain: 'checked',
  splitBulk: false,
  races: 'fail',
  timeouts: 'idle',
  maxSteps: 2000,
};

const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  mode: ['auto', 'bounded', 'dpor', 'dfs', 'random', 'pct'],
  plain: ['checked', 'interleaved'],
  races: ['fail', 'ignore'],
  timeouts: ['never', 'idle', 'any'],
};

/** @throws HawserError `ERR_HAWSER_BAD_OPTION` naming the option and its value */
export function parseOptions(options: ExploreOptions = {}): SearchOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const parsed = { ...DEFAULTS, ...Object.fromEntries(given) };
  for (const [key, allowed] of Object.entries(CHOICES)) {
    refuseUnless(allowed.includes(parsed[key as keyof SearchOptions]), parsed, key);
  }
  for (const key of ['bound', 'maxSchedules', 'maxSeconds', 'maxSteps', 'seed']) {
    const value = parsed[key as keyof SearchOptions];
    refuseUnless(typeof value === 'number' && value >= 0, parsed, key);
  }
  return parsed;
}

function refuseUnless(valid: boolean, options: SearchOptions, key: string): void {
  if (valid) return;
  const value = String(options[key as keyof SearchOptions]);
  throw new HawserError('ERR_HAWSER_BAD_OPTION', `Option ${key} cannot be "${value}".`);
}
