/**
 * What an entry of the list of real programs is: unmodified modules of this transport under the
 * explorer, and how far they are covered. docs/races.md has the table, and a test holds it to this.
 */
import type { ExploreOptions } from '../options.js';
import type { AnyProgram } from '../program.js';
import type { FailureKind } from '../report.js';

export interface RealProgram {
  readonly program: AnyProgram;
  /** The words, locks and rings whose rules it tries. */
  readonly words: string;
  /** What holds in every schedule that is covered. */
  readonly claim: string;
  /** `proved`: every behaviour of the program; a number: every schedule with so many preemptions. */
  readonly coverage: 'proved' | number;
  /** For a rule that callers must keep: the failure that breaking it leads to. */
  readonly fails?: FailureKind;
}

/** How far a test goes: to the end, or to the bound and `deeper` preemptions more. */
export function optionsFor({ coverage }: RealProgram, deeper = 0): ExploreOptions {
  // A time-out would hide a lost wake-up: whoever sleeps must be woken.
  const common: ExploreOptions = { timeouts: 'never', maxSeconds: 3600 };
  if (coverage === 'proved') return { ...common, mode: 'dpor' };
  return { ...common, mode: 'bounded', bound: coverage + deeper };
}
