/**
 * Where the relay keeps datagrams that are under way: one memory, cut into many small slots and some
 * for datagrams of any size. Bounded: what finds no slot is lost. The last slot freed is the first
 * taken, so that only as many pages are touched as were ever used at once. Relay's thread.
 */
import { congruentStart, copyBytes } from '../net/copy-bytes.js';
import { MAXIMUM_UDP_PAYLOAD_BYTES } from '../net/udp.js';

/** Each with 8 bytes to spare, for a copy that is congruent with its source modulo 8. */
const SMALL_BYTES = 2048;
const LARGE_BYTES = 1 << 16;
const SPARE_BYTES = 8;

export interface StoreShape {
  readonly smallSlots: number;
  readonly largeSlots: number;
}

/** More than a second at 100,000 datagrams a second; pages that are never used cost nothing. */
export const DEFAULT_STORE: StoreShape = { smallSlots: 131_072, largeSlots: 2048 };

export class DatagramStore {
  readonly memory: Uint8Array;
  readonly start: Int32Array;
  readonly length: Int32Array;
  readonly capacity: number;
  readonly #smallSlots: number;
  readonly #small: FreeSlots;
  readonly #large: FreeSlots;

  constructor({ smallSlots, largeSlots }: StoreShape) {
    this.capacity = smallSlots + largeSlots;
    this.memory = new Uint8Array(smallSlots * SMALL_BYTES + largeSlots * LARGE_BYTES);
    this.start = new Int32Array(this.capacity);
    this.length = new Int32Array(this.capacity);
    this.#smallSlots = smallSlots;
    this.#small = new FreeSlots(0, smallSlots);
    this.#large = new FreeSlots(smallSlots, largeSlots);
  }

  /** How many datagrams are kept. */
  get used(): number {
    return this.capacity - this.#small.count - this.#large.count;
  }

  /** A slot with a copy of `bytes[start, end)`; `undefined` if there is none for that length. */
  take(bytes: Uint8Array, start: number, end: number): number | undefined {
    const length = end - start;
    const slot = this.#freeSlot(length);
    if (slot === undefined) return undefined;
    const to = congruentStart(this.#offsetOf(slot), 0, start);
    copyBytes(bytes, start, this.memory, to, length);
    this.start[slot] = to;
    this.length[slot] = length;
    return slot;
  }

  giveBack(slot: number): void {
    if (slot < this.#smallSlots) this.#small.put(slot);
    else this.#large.put(slot);
  }

  #freeSlot(length: number): number | undefined {
    if (length <= SMALL_BYTES - SPARE_BYTES) return this.#small.take() ?? this.#large.take();
    return length <= MAXIMUM_UDP_PAYLOAD_BYTES ? this.#large.take() : undefined;
  }

  #offsetOf(slot: number): number {
    if (slot < this.#smallSlots) return slot * SMALL_BYTES;
    return this.#smallSlots * SMALL_BYTES + (slot - this.#smallSlots) * LARGE_BYTES;
  }
}

class FreeSlots {
  count: number;
  readonly #slots: Int32Array;

  constructor(first: number, count: number) {
    this.count = count;
    this.#slots = Int32Array.from({ length: count }, (_, index) => first + count - 1 - index);
  }

  take(): number | undefined {
    return this.count === 0 ? undefined : this.#slots[--this.count];
  }

  put(slot: number): void {
    this.#slots[this.count++] = slot;
  }
}
