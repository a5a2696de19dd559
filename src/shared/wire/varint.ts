/**
 * Variable-length integers (RFC 9000 §16) in their 1-, 2- and 4-byte forms: the two high bits of the
 * first byte give the length, the rest is big-endian. Reading is in `reader.ts`. Any thread.
 */

/** The largest value of the 4-byte form. */
export const VARINT_MAX = 2 ** 30 - 1;

/** Bytes that `value` (0..VARINT_MAX) takes in its shortest form. */
export function varintLength(value: number): 1 | 2 | 4 {
  if (value < 0x40) return 1;
  return value < 0x4000 ? 2 : 4;
}

/** Writes the shortest form at `at` and returns the position after it. */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  if (value < 0x40) {
    target[at] = value;
    return at + 1;
  }
  if (value < 0x4000) {
    target[at] = 0x40 | (value >> 8);
    target[at + 1] = value;
    return at + 2;
  }
  target[at] = 0x80 | (value >> 24);
  target[at + 1] = value >> 16;
  target[at + 2] = value >> 8;
  target[at + 3] = value;
  return at + 4;
}

/** Maps 0, -1, 1, -2 … to 0, 1, 2, 3 …, so that small distances of either sign stay short. */
export function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

export function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}
