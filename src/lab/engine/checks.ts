/**
 * The program's own statements about itself, evaluated on the observed memory.
 */
import type { AnyProgram, Results } from '../program.js';
import { failureOf, type RunFailure } from './run-failure.js';

/** What a completed run amounts to. */
export interface Ending {
  readonly outcome: string | undefined;
  readonly failure: RunFailure | undefined;
}

export function invariantFailure(program: AnyProgram, shared: unknown): RunFailure | undefined {
  try {
    if (program.invariant?.(shared) !== false) return undefined;
    return { kind: 'invariant', message: 'the invariant does not hold' };
  } catch (error) {
    return failureOf(error, 'invariant');
  }
}

/** Final check and outcome, after all threads have returned. */
export function endingOf(program: AnyProgram, shared: unknown, results: Results): Ending {
  try {
    const outcome = program.outcome?.(shared, results);
    if (program.final?.(shared, results) === false) {
      return { outcome, failure: { kind: 'assertion', message: 'the final check does not hold' } };
    }
    const forbidden =
      outcome !== undefined && program.allowed !== undefined && !Object.hasOwn(program.allowed, outcome);
    const message = `outcome "${outcome ?? ''}" is not one of those allowed`;
    return { outcome, failure: forbidden ? { kind: 'assertion', message } : undefined };
  } catch (error) {
    return { outcome: undefined, failure: failureOf(error, 'final') };
  }
}
