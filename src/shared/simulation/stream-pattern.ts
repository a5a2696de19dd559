/**
 * What a simulated application writes: bytes that follow from a seed and their position alone, so
 * that the reader needs no copy, and a byte lost, doubled, swapped or of another stream is noticed.
 */
import { randomStreams } from '../net/random.js';

/** A prime, so that a shift by any number of whole segments shows. */
const PERIOD = 8191;

export class StreamPattern {
  readonly #table = new Uint8Array(PERIOD);

  constructor(readonly seed: number) {
    const [random] = randomStreams(seed, 1);
    for (let i = 0; i < PERIOD; i++) this.#table[i] = random.below(256);
  }

  /** Writes the bytes of the stream from `position` on. */
  fill(target: Uint8Array, position: number): void {
    for (let i = 0; i < target.length; i++) target[i] = this.#table[(position + i) % PERIOD];
  }

  /** The first index where `bytes` are not those of the stream at `position`; -1 if they all are. */
  mismatch(bytes: Uint8Array, position: number): number {
    return bytes.findIndex((byte, i) => byte !== this.#table[(position + i) % PERIOD]);
  }
}
