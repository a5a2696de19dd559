/**
 * How an endpoint fails: the first thread to claim it writes text and code, and from then on every
 * blocked or later call on any thread ends with that error. Lock-free, so that it may be called with
 * either lock held.
 */
import { ERROR_CODES, type ErrorCode, HawserError } from '../errors.js';
import type { EndpointMemory } from './endpoint-memory.js';
import { EndpointWord } from './layout.js';

/**
 * Records the failure unless there is one already. Whoever sleeps on a condition is woken by
 * `memory.wakeEverybody()`, which takes locks and so is left to the caller.
 */
export function fail(memory: EndpointMemory, code: ErrorCode, message: string): boolean {
  const { words, failureText } = memory;
  if (Atomics.compareExchange(words, EndpointWord.failureClaim, 0, 1) !== 0) return false;
  const text = new TextEncoder().encode(message).subarray(0, failureText.length);
  failureText.set(text);
  words[EndpointWord.failureTextBytes] = text.length;
  // Last: who sees the code may read the text.
  Atomics.store(words, EndpointWord.failureCode, 1 + ERROR_CODES.indexOf(code));
  return true;
}

export function hasFailed(memory: EndpointMemory): boolean {
  return Atomics.load(memory.words, EndpointWord.failureCode) !== 0;
}

export function failureOf(memory: EndpointMemory): HawserError | undefined {
  const position = Atomics.load(memory.words, EndpointWord.failureCode);
  if (position === 0) return undefined;
  const text = memory.failureText.slice(0, memory.words[EndpointWord.failureTextBytes]);
  return new HawserError(ERROR_CODES[position - 1], new TextDecoder().decode(text));
}
