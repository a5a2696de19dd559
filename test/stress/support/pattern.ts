/** A byte stream that anyone can check from any position: byte n is a hash of n. */

export function patternByte(position: number): number {
  return Math.imul(position + 1, 0x9e3779b1) >>> 24;
}

/** The bytes of the stream from `position` on. */
export function pattern(position: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => patternByte(position + at));
}

/** Position of the first wrong byte, or -1. */
export function firstWrong(bytes: Uint8Array, position: number): number {
  const at = bytes.findIndex((byte, offset) => byte !== patternByte(position + offset));
  return at < 0 ? -1 : position + at;
}
