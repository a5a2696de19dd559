/** What ended a transfer, as one kind of error, and how long is spent on telling the peer. */
import { setTimeout as delay } from 'node:timers/promises';
import { HawserError } from '../errors.js';
import { FileFailure, numberOfStatus } from './status.js';

export function asFailure(error: unknown, signal: AbortSignal): FileFailure {
  if (signal.aborted) return signal.reason as FileFailure;
  if (error instanceof FileFailure) return error;
  if (isClosed(error)) {
    return new FileFailure('broken', 'the connection has broken', { cause: error });
  }
  throw error;
}

/** Nobody reads what is written. */
export function isClosed(error: unknown): boolean {
  return error instanceof HawserError && error.code === 'ERR_HAWSER_CLOSED';
}

/** The fields of an `abort` message. */
export function abortOf({ status, message }: FileFailure): { status: number; text: string } {
  return { status: numberOfStatus(status), text: message };
}

const LAST_WORDS_MS = 3000;

/** Waits until the peer has been told, but not for ever: it may have stopped listening. */
export async function lastWords(telling: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = delay(LAST_WORDS_MS, undefined, { signal: timer.signal });
  await Promise.race([telling, late]).catch(() => undefined);
  timer.abort();
  late.catch(() => undefined);
  telling.catch(() => undefined);
}
