/** An error as plain data: between threads an Error object loses its code. Any thread. */
import { type ErrorCode, HawserError } from './errors.js';

export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack?: string;
}

/** Whatever is not a {@link HawserError} is a bug of ours. */
export function plainError(error: unknown): PlainError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof HawserError ? error.code : 'ERR_HAWSER_INTERNAL';
  return { code, message, ...(stack !== undefined && { stack }) };
}
