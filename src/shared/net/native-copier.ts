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
  readonly #sources: AddressBook;
  readonly #targets: AddressBook;

  constructor(private readonly libc: Libc) {
    this.#sources = new AddressBook(libc);
    this.#targets = new AddressBook(libc);
  }

  copy(source: Uint8Array, from: number, length: number, target: Uint8Array, at: number): void {
    if (length < WORTHWHILE_BYTES) {
      plainCopier.copy(source, from, length, target, at);
      return;
    }
    const origin = this.#sources.addressOf(source) + from;
    const goal = this.#targets.addressOf(target) + at;
    const congruent = (goal - origin) % 8 === 0;
    if (congruent && length < WORTHWHILE_WORD_BYTES) {
      plainCopier.copy(source, from, length, target, at);
    } else {
      this.libc.memcpy(goal, origin, length);
    }
  }
}

/**
 * Remembers the shared array asked for last: the slots, or what the listener receives into. Private
 * ones come once, and would be kept from the garbage collector. Backing stores do not move.
 */
class AddressBook {
  #array: Uint8Array | undefined;
  #address: Pointer = 0;

  constructor(private readonly libc: Libc) {}

  addressOf(array: Uint8Array): Pointer {
    if (array === this.#array) return this.#address;
    const address = this.libc.addressOf(array);
    if (array.buffer instanceof SharedArrayBuffer) {
      this.#array = array;
      this.#address = address;
    }
    return address;
  }
}
