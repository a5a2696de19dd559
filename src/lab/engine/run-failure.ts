/**
 * How one run failed, before it has a token and a trace.
 */
import { LabAssertionError } from '../assert.js';
import type { FailureKind } from '../report.js';
import type { Loop } from './rounds.js';

export interface RunFailure {
  readonly kind: FailureKind;
  readonly message: string;
  /** The thread it happened in, if it was one. */
  readonly thread?: number;
  /** For a livelock: the steps that repeat. */
  readonly loop?: Loop;
}

export function deadlockFailure(names: readonly string[], sleeping: number): RunFailure {
  const sleepers = names.filter((_, thread) => (sleeping & (1 << thread)) !== 0);
  const them = sleepers.length > 1 ? 'them' : 'it';
  const message = `${sleepers.join(', ')} asleep, and nobody left to wake ${them}`;
  return { kind: 'deadlock', message };
}

/** The failure that an error thrown by the program's own code means. */
export function failureOf(error: unknown, thrownBy: 'thread' | 'invariant' | 'final'): RunFailure {
  if (thrownBy === 'invariant') return { kind: 'invariant', message: messageOf(error) };
  const asserted =
    error instanceof LabAssertionError ||
    (error instanceof Error && error.name.startsWith('AssertionError'));
  return asserted
    ? { kind: 'assertion', message: error.message }
    : { kind: 'exception', message: messageOf(error) };
}

function messageOf(error: unknown): string {
  if (error instanceof LabAssertionError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
}
