/**
 * Bit errors of a noisy link, at the cost of one logarithm a flip instead of a draw a bit.
 *
 * Each bit is to be flipped independently with probability p. Then the number of bits left alone
 * before the next flip is geometric: P(gap ≥ k) = (1 − p)^k, which `floor(ln(1 − u) / ln(1 − p))`
 * has for a uniform u. Walking from flip to flip by such gaps gives exactly the same distribution
 * of flipped sets as a draw for every bit.
 */
import type { RandomStream } from './random.js';

/**
 * Flips each bit of `bytes[start, start + length)` with probability `rate` ÷ bits, so that a
 * datagram is hit at all with probability about `rate` (exactly 1 − (1 − p)^bits).
 * @returns how many bits were flipped.
 */
export function flipBits(
  bytes: Uint8Array,
  start: number,
  length: number,
  rate: number,
  random: RandomStream,
): number {
  const bits = 8 * length;
  if (rate === 0 || bits === 0) return 0;
  const logOfMiss = Math.log1p(-rate / bits);
  return flipBitsFrom(firstFlip(logOfMiss, random), bytes, start, length, logOfMiss, random);
}

/** The lowest flipped bit of endlessly many, where `logOfMiss` is ln(1 − p). */
export function firstFlip(logOfMiss: number, random: RandomStream): number {
  return gap(logOfMiss, random);
}

/**
 * Flips bit `first` of `bytes[start, start + length)` if it lies in there, and those after it, each
 * with probability p.
 * @returns how many bits were flipped.
 */
export function flipBitsFrom(
  first: number,
  bytes: Uint8Array,
  start: number,
  length: number,
  logOfMiss: number,
  random: RandomStream,
): number {
  let flips = 0;
  for (let bit = first; bit < 8 * length; bit += 1 + gap(logOfMiss, random)) {
    bytes[start + (bit >> 3)] ^= 1 << (bit & 7);
    flips++;
  }
  return flips;
}

function gap(logOfMiss: number, random: RandomStream): number {
  return Math.floor(Math.log(1 - random.next()) / logOfMiss);
}
