/**
 * From a `struct sockaddr` in native memory to the one {@link SocketAddress} object for it, without
 * an allocation for a sender already known. Bounded: forged senders only empty it. One thread.
 */
import type { SocketAddress } from './datagram-port.js';
import { AF_INET, SOCKADDR_BYTES } from './linux-abi.js';
import type { NativeMemory } from './native-memory.js';
import { decodeSockaddr } from './sockaddr.js';

const CAPACITY = 4096;
const PORT_RANGE = 2 ** 16;
const IN6_BYTES = 28;

export class SourceCache {
  readonly #byKey = new Map<number | string, SocketAddress>();
  readonly #lastWords = new Uint32Array(SOCKADDR_BYTES / 4);
  #last: SocketAddress | undefined;

  lookUp(memory: NativeMemory, offset: number): SocketAddress {
    if (this.#last !== undefined && this.#isLast(memory, offset)) return this.#last;
    const key = keyOf(memory, offset);
    let source = this.#byKey.get(key);
    if (source === undefined) {
      source = decodeSockaddr(memory.bytes, offset);
      if (this.#byKey.size === CAPACITY) this.#byKey.clear();
      this.#byKey.set(key, source);
    }
    this.#remember(memory, offset, source);
    return source;
  }

  #isLast(memory: NativeMemory, offset: number): boolean {
    const words = wordsOf(memory, offset);
    for (let word = 0; word < words; word++) {
      if (memory.word(offset + 4 * word) !== this.#lastWords[word]) return false;
    }
    return true;
  }

  #remember(memory: NativeMemory, offset: number, source: SocketAddress): void {
    const words = wordsOf(memory, offset);
    for (let word = 0; word < words; word++) {
      this.#lastWords[word] = memory.word(offset + 4 * word);
    }
    this.#last = source;
  }
}

/** How many words tell senders apart: family, port and an IPv4 address; or all of an IPv6 one. */
function wordsOf(memory: NativeMemory, offset: number): number {
  return memory.bytes[offset] === AF_INET ? 2 : IN6_BYTES / 4;
}

function keyOf(memory: NativeMemory, offset: number): number | string {
  if (memory.bytes[offset] !== AF_INET) {
    return Buffer.from(memory.bytes.subarray(offset, offset + IN6_BYTES)).toString('latin1');
  }
  const port = memory.word(offset) >>> 16;
  return memory.word(offset + 4) * PORT_RANGE + port;
}
