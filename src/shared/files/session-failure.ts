/** What ended a transfer, as one kind of error. */
import { HawserError } from '../errors.js';
import { FileFailure, numberOfStatus } from './status.js';

export function asFailure(error: unknown, signal: AbortSignal): FileFailure {
  if (signal.aborted) return signal.reason as FileFailure;
  if (error instanceof FileFailure) return error;
  if (error instanceof HawserError && error.code === 'ERR_HAWSER_CLOSED') {
    return new FileFailure('broken', 'the connection has broken', { cause: error });
  }
  throw error;
}

/** The fields of an `abort` message. */
export function abortOf({ status, message }: FileFailure): { status: number; text: string } {
  return { status: numberOfStatus(status), text: message };
}
