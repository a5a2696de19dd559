/**
 * Copies with the C library where that is quicker: V8 copies to and from shared memory word by word,
 * and byte by byte unless both ends agree modulo 8, which datagrams that the kernel has put together
 * hardly ever do.
 * The memory is written behind the engine's back, which is as good as a plain write: whoever hands
 * the bytes on does it under a lock. Any thread.
 */
import { type ByteCopier, plainCopier } from '../memory/byte-copier.js';
import type { Libc, Pointer } from './libc.js';

/** From here on the price of the call is earned: by single bytes, and by words. */
const WORTHWHILE_BYTES = 256;
const WORTHWHILE_WORD_BYTES = 4096;

export class NativeCopier implements ByteCopier {
  // Long-lived arrays: the shared memory, and what the listener receives into.
  readonly #addresses = new WeakMap<Uint8Array, Pointer>();

  constructor(private readonly libc: Libc) {}

  copy(source: Uint8Array, from: number, length: number, target: Uint8Array, at: number): void {
    const congruent = ((source.byteOffset + from - target.byteOffset - at) & 7) === 0;
    if (length < (congruent ? WORTHWHILE_WORD_BYTES : WORTHWHILE_BYTES)) {
      plainCopier.copy(source, from, length, target, at);
    } else {
      this.libc.memcpy(this.#addressOf(target) + at, this.#addressOf(source) + from, length);
    }
  }

  /** Backing stores do not move while their array is referenced. */
  #addressOf(array: Uint8Array): Pointer {
    let address = this.#addresses.get(array);
    if (address === undefined) {
      address = this.libc.addressOf(array);
      this.#addresses.set(array, address);
    }
    return address;
  }
}
