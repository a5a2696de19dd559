/**
 * CRC-32 (the polynomial of zlib and Ethernet), over bytes in ordinary or shared memory. Any thread.
 *
 * Long inputs go to native code: `@node-rs/crc32` if that optional dependency loads, else
 * `zlib.crc32`; over 1440 bytes of shared memory the former takes half the time of the latter. A
 * native call costs as much as some 150 bytes by table, so short inputs, such as headers, stay in
 * JavaScript. The view made for each native call costs a tenth of it, and looking up a cached one saves
 * nothing once the ring of payloads has outgrown the processor's cache.
 *
 * Results and seeds are signed 32-bit integers, the form in which they lie in shared memory.
 */
import { createRequire } from 'node:module';
import { crc32 as zlibCrc32 } from 'node:zlib';

/** Takes and returns unsigned integers. */
export type NativeCrc32 = (bytes: Uint8Array, seed: number) => number;

/** x^32 is not written, and bit 31 is the coefficient of x^0. */
export const REVERSED_POLYNOMIAL = 0xedb88320 | 0;

const SMALL_BYTES = 128;

// "Slicing by 4": entry 256·k + b is what byte b does to a CRC that k more bytes pass through.
const TABLES = makeTables();
const native = loadNativeCrc32(createRequire(import.meta.url));

/** The CRC-32 of `bytes[start, end)`, continuing from `seed`: 0, or the CRC of what came before. */
export function crc32(bytes: Uint8Array, start: number, end: number, seed: number): number {
  const length = end - start;
  if (length <= SMALL_BYTES) return crc32Small(bytes, start, end, seed);
  return native(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length), seed >>> 0) | 0;
}

/** The same by table: for a few bytes, of a header for example. */
export function crc32Small(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let crc = ~seed;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    crc = throughFourBytes(crc ^ word);
  }
  for (; i < end; i++) crc = TABLES[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc;
}

/** The same over the four bytes of `word`, most significant first. */
export function crc32Word(word: number, seed: number): number {
  const reversed =
    (word >>> 24) | ((word >>> 8) & 0xff00) | ((word & 0xff00) << 8) | ((word & 0xff) << 24);
  return ~throughFourBytes(~seed ^ reversed);
}

/** The quickest implementation that `require` can load. */
export function loadNativeCrc32(require: (name: string) => unknown): NativeCrc32 {
  try {
    return (require('@node-rs/crc32') as { crc32: NativeCrc32 }).crc32;
  } catch {
    return zlibCrc32;
  }
}

function throughFourBytes(crc: number): number {
  return (
    TABLES[768 + (crc & 0xff)] ^
    TABLES[512 + ((crc >>> 8) & 0xff)] ^
    TABLES[256 + ((crc >>> 16) & 0xff)] ^
    TABLES[crc >>> 24]
  );
}

function makeTables(): Int32Array {
  const entries = new Int32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let slice = 0; slice < 4; slice++) {
      for (let bit = 0; bit < 8; bit++) {
        crc = (crc & 1) === 1 ? (crc >>> 1) ^ REVERSED_POLYNOMIAL : crc >>> 1;
      }
      entries[256 * slice + byte] = crc;
    }
  }
  return entries;
}
