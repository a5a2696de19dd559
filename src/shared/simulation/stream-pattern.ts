/**
 * What a simulated application writes: bytes that follow from a seed and their position alone, so
 * that the reader needs no copy, and a byte lost, doubled, swapped or of another stream is noticed.
 */
import { randomStreams } from '../net/random.js';

/** A prime, so that a shift by any number of whole segments shows. */
const PERIOD = 8191;

/** So that a piece is found in one stretch, at whatever position it begins. */
const LONGEST_STRETCH = 1 << 16;

export class StreamPattern {
  readonly #table = Buffer.alloc(PERIOD + LONGEST_STRETCH);

  constructor(readonly seed: number) {
    const [random] = randomStreams(seed, 1);
    for (let i = 0; i < PERIOD; i++) this.#table[i] = random.below(256);
    for (let i = PERIOD; i < this.#table.length; i++) this.#table[i] = this.#table[i - PERIOD];
  }

  /** Writes the bytes of the stream from `position` on. */
  fill(target: Uint8Array, position: number): void {
    for (let from = 0; from < target.length; from += LONGEST_STRETCH) {
      const length = Math.min(LONGEST_STRETCH, target.length - from);
      target.set(this.#stretch(position + from, length), from);
    }
  }

  /** The first index where `bytes` are not those of the stream at `position`; -1 if they all are. */
  mismatch(bytes: Uint8Array, position: number): number {
    for (let from = 0; from < bytes.length; from += LONGEST_STRETCH) {
      const piece = bytes.subarray(from, from + LONGEST_STRETCH);
      const expected = this.#stretch(position + from, piece.length);
      if (expected.equals(piece)) continue;
      return from + piece.findIndex((byte, i) => byte !== expected[i]);
    }
    return -1;
  }

  #stretch(position: number, length: number): Buffer {
    const start = position % PERIOD;
    return this.#table.subarray(start, start + length);
  }
}
