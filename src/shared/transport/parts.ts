/** A segment that is larger than the path carries goes in parts: which, and in which order. */

/** Payload of each part, a multiple of 8, when `total` bytes go in as few parts of about one size as may be. */
export function equalParts(total: number, limit: number): number {
  return 8 * Math.ceil(total / Math.ceil(total / limit) / 8);
}

/**
 * The part to begin with, the next attempt with another one: a queue on the way that holds only a few
 * takes those that come first, and the peer keeps what it has. Any few attempts begin about equally far
 * apart (J. G. van der Corput, 1935): at 1/2, 1/4, 3/4, 1/8, 5/8, … of them.
 */
export function firstPart(attempt: number, count: number): number {
  let share = 0;
  for (let rest = attempt, digit = 1 / 2; rest > 0; rest >>= 1, digit /= 2) {
    if ((rest & 1) === 1) share += digit;
  }
  return Math.floor(share * count);
}
