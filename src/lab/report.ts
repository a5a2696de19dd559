/**
 * What an exploration answers. Plain data: it can be printed as JSON and sent between threads.
 */
import type { Trace } from './trace/trace.js';

export type FailureKind =
  /** A check of the program's own failed: in a thread, in `final`, or an outcome not allowed. */
  | 'assertion'
  /** `invariant` did not hold after a step. */
  | 'invariant'
  /** A thread threw. */
  | 'exception'
  /** Some thread has not returned, and none can go on. */
  | 'deadlock'
  /** All threads that can go on keep going round without getting anywhere. */
  | 'livelock'
  /** A run was longer than `maxSteps`. */
  | 'step-limit'
  /** Two accesses to the same bytes, one of them a plain one, unordered by happens-before. */
  | 'data-race'
  /**
   * A thread did something else when it was run again (hidden state, a clock, randomness), or a check
   * wrote to the shared memory.
   */
  | 'nondeterminism';

export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  /** The thread that failed, where it was one. */
  readonly thread?: string;
  /** Give it to `replay` or `confirm`. */
  readonly token: string;
  /**
   * Switches away from a thread that could have gone on; for a livelock, those that lead into the
   * loop, which has its own.
   */
  readonly preemptions: number;
  readonly trace: Trace;
}

/** Why a search did not cover everything. */
export type Cut =
  /** Schedules with more preemptions than the bound were left out. */
  | 'preemption-bound'
  /** The budget of schedules or seconds ran out, or the search was stopped. */
  | 'budget'
  /** A spinning thread was set aside until another one had done something. */
  | 'spin'
  /** The search samples; it never covers everything. */
  | 'sampling'
  /** The search stopped at the first failure. */
  | 'failure'
  /** Data races were ignored, so plain accesses were not explored as they can happen. */
  | 'races-ignored';

export interface Report {
  readonly program: string;
  /** `failed`; or `proved`: no failure and nothing was cut; or `passed`: no failure so far. */
  readonly verdict: 'failed' | 'proved' | 'passed';
  /** True only if nothing was cut: every behaviour of this program was seen. */
  readonly exhausted: boolean;
  readonly cuts: readonly Cut[];
  /** The highest preemption bound that was searched completely. */
  readonly boundReached?: number;
  /** Complete schedules run. */
  readonly schedules: number;
  /** Shared-memory operations scheduled, in all schedules together. */
  readonly steps: number;
  /** Schedules given up early because they only repeat others. */
  readonly redundant: number;
  readonly elapsedMs: number;
  /** The seed of the sampling phases. */
  readonly seed: number;
  /** How often each outcome was seen. The counts depend on the search; the keys do not. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly failure?: Failure;
  /** All failure kinds seen; more than one only with `stopAtFirst: false`. */
  readonly failureKinds: readonly FailureKind[];
}
