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
  let outcome: string | undefined;
  try {
    outcome = program.outcome?.(shared, results);
    const holds = program.final?.(shared, results) !== false;
    return { outcome, failure: holds ? forbidden(program, outcome) : FINAL_CHECK };
  } catch (error) {
    return { outcome, failure: failureOf(error, 'final') };
  }
}

const FINAL_CHECK: RunFailure = { kind: 'assertion', message: 'the final check does not hold' };

function forbidden(program: AnyProgram, outcome: string | undefined): RunFailure | undefined {
  const { allowed } = program;
  if (outcome === undefined || allowed === undefined || Object.hasOwn(allowed, outcome)) {
    return undefined;
  }
  return { kind: 'assertion', message: `outcome "${outcome}" is not one of those allowed` };
}
