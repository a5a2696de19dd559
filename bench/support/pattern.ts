/** Bytes that both sides of a transfer know, and their hash. */
import { createHash } from 'node:crypto';

/** The same bytes on both sides, without a period that a slip of a segment could hide in. */
export function pattern(bytes: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let i = 0, x = 1; i < words.length; i++) words[i] = x = (Math.imul(x, 1664525) + i) >>> 0;
  return new Uint8Array(words.buffer, 0, bytes);
}

export function sha256(...pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
