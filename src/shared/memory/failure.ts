/**
 * How a connection or an endpoint fails: the first thread to claim it writes text and code, and from then on every
 * blocked or later call on any thread ends with that error. Lock-free, so that it may be called with
 * either lock held.
 */
import { ERROR_CODES, type ErrorCode, HawserError } from '../errors.js';
import { EndingWord } from './ending.js';

/** What may fail: a connection's memory, an endpoint's. */
export interface Fallible {
  readonly words: Int32Array;
  readonly failureText: Uint8Array;
}

/**
 * Records the failure unless there is one already; either way `hasFailed` is true from here on.
 * Whoever sleeps on a condition is woken by `memory.wakeEverybody()`, which takes locks and so is
 * left to the caller.
 */
export function fail(memory: Fallible, code: ErrorCode, message: string): boolean {
  const { words, failureText } = memory;
  // Before the claim: what may throw must not leave a claim without a text behind.
  const text = encode(message, failureText.length);
  const position = 1 + ERROR_CODES.indexOf(code);
  if (Atomics.compareExchange(words, EndingWord.failureClaim, 0, 1) !== 0) return false;
  failureText.set(text);
  words[EndingWord.failureTextBytes] = text.length;
  // Last: who sees the code may read the text.
  Atomics.store(words, EndingWord.failureCode, position);
  Atomics.notify(words, EndingWord.failureCode);
  return true;
}

export function hasFailed(memory: Fallible): boolean {
  return Atomics.load(memory.words, EndingWord.failureClaim) !== 0;
}

/** Blocks for the moment that another thread needs to write down why it failed. */
export function failureOf(memory: Fallible): HawserError | undefined {
  if (!hasFailed(memory)) return undefined;
  const { words, failureText } = memory;
  while (Atomics.load(words, EndingWord.failureCode) === 0) {
    Atomics.wait(words, EndingWord.failureCode, 0);
  }
  const code = ERROR_CODES[Atomics.load(words, EndingWord.failureCode) - 1];
  const text = failureText.slice(0, words[EndingWord.failureTextBytes]);
  return new HawserError(code, new TextDecoder().decode(text));
}

/** As much of the message as there is room for, in whole characters. */
function encode(message: string, roomBytes: number): Uint8Array {
  const room = new Uint8Array(roomBytes);
  const { written } = new TextEncoder().encodeInto(message, room);
  return room.subarray(0, written);
}
