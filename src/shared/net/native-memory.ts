/**
 * A block of memory that system calls read and write, addressed by byte offsets. It must stay
 * referenced for as long as the kernel may use it: memory that only C knows of is collected.
 */
import type { Libc, Pointer } from './libc.js';

const WORD_RANGE = 2 ** 32;

export class NativeMemory {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly address: Pointer;

  /** Zero-filled. Large blocks cost only the pages that are touched. */
  constructor(libc: Libc, byteLength: number) {
    const buffer = new SharedArrayBuffer(byteLength);
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.address = libc.addressOf(this.bytes);
  }

  word(offset: number): number {
    return this.words[offset >> 2];
  }

  setWord(offset: number, value: number): void {
    this.words[offset >> 2] = value;
  }

  setPointer(offset: number, pointer: Pointer): void {
    // Storing into 32 bits keeps the low ones.
    this.words[offset >> 2] = pointer;
    this.words[(offset >> 2) + 1] = pointer / WORD_RANGE;
  }

  short(offset: number): number {
    return this.bytes[offset] | (this.bytes[offset + 1] << 8);
  }

  setShort(offset: number, value: number): void {
    this.bytes[offset] = value & 0xff;
    this.bytes[offset + 1] = value >> 8;
  }
}
