/** SHA-256 of files and of stretches of zeros. File thread. */
import { createHash, type Hash } from 'node:crypto';
import type { Breath } from './breath.js';
import type { Disk } from './disk.js';

export const DIGEST_BYTES = 32;

const PIECE_BYTES = 2 ** 18;
const ZEROS = new Uint8Array(2 ** 16);

export function newHash(): Hash {
  return createHash('sha256');
}

/** What it would give now; it can go on afterwards. */
export function digestSoFar(hash: Hash): Buffer {
  return hash.copy().digest();
}

/** Takes in the first `length` bytes of a file. Returns how many there were. */
export async function hashFile(
  hash: Hash,
  disk: Disk,
  fd: number,
  length: number,
  breath: Breath,
): Promise<number> {
  const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, Math.max(1, length)));
  let at = 0;
  while (at < length) {
    const count = disk.read(fd, buffer.subarray(0, Math.min(buffer.length, length - at)), at);
    if (count === 0) break;
    hash.update(buffer.subarray(0, count));
    at += count;
    await breath.after(count);
  }
  return at;
}

export async function hashZeros(hash: Hash, count: number, breath: Breath): Promise<void> {
  for (let left = count; left > 0; left -= ZEROS.length) {
    hash.update(left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS);
    await breath.after(ZEROS.length);
  }
}

/** Whether there is nothing but zeros in it; at most 65536 bytes. */
export function isZero(bytes: Uint8Array): boolean {
  // Most data shows at its ends what it is.
  if (bytes[0] !== 0 || bytes[bytes.length - 1] !== 0) return false;
  return Buffer.compare(bytes, ZEROS.subarray(0, bytes.length)) === 0;
}
