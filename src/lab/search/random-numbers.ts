/**
 * A small seeded generator (xorshift32, Marsaglia 2003): the same seed gives the same schedules for
 * ever, in every realm. Not for anything but choosing schedules.
 */
export class RandomNumbers {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds must not give neighbouring sequences, and the state must not be 0.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) || 1;
    for (let turn = 0; turn < 8; turn += 1) this.below(2);
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return Math.floor(((x >>> 0) / 2 ** 32) * limit);
  }

  /** One thread of a set that is not empty. */
  threadOf(threads: number): number {
    let skip = this.below(countThreads(threads));
    let left = threads;
    while (skip > 0) {
      left &= left - 1;
      skip -= 1;
    }
    return 31 - Math.clz32(left & -left);
  }
}

export function countThreads(threads: number): number {
  let count = 0;
  for (let left = threads; left !== 0; left &= left - 1) count += 1;
  return count;
}
