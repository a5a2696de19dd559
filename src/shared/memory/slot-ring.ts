/**
 * A ring of slots from one thread to another: how the thread that handles files and the main thread,
 * which has the sockets, hand each other bytes in constant memory. One producer, one consumer, no
 * lock; both have event loops and never block.
 *
 * ```
 *   released          taken           committed
 *      ▼                ▼                 ▼
 *   ───┬────────────────┬─────────────────┬─────────────────
 *      │ the consumer's │ filled, waiting │ free: the producer's
 *
 * word  writer            meaning
 *   0   producer          slots committed so far; stored after the slot's bytes and its length
 *   1   consumer          slots released so far; stored after the last look at the slot's bytes
 *   2   producer          1 once no slot follows; stored after the last commit
 *   3   any, 0 → 1 once   1 once nobody takes or nobody fills any more: both sides give up
 *  4,5  any, atomic       bell `filled`: rings, sleepers
 *  6,7  any, atomic       bell `freed`: rings, sleepers
 *  8…   producer          length of each slot, handed on by word 0
 * ```
 * Words 0–2 have one writer each, which stores through `Atomics`; the other side loads them so. Slots
 * begin at multiples of 8, where copies to shared memory are quick.
 */
import { HawserError } from '../errors.js';
import { Bell } from './bell.js';

const COMMITTED = 0;
const RELEASED = 1;
const ENDED = 2;
const CANCELLED = 3;
const FILLED_BELL = 4;
const FREED_BELL = 6;
const LENGTHS = 8;

export interface RingShape {
  readonly slots: number;
  /** A multiple of 8. */
  readonly slotBytes: number;
}

/** The memory of a ring and its shape, to be handed to the other thread. */
export interface RingMemory extends RingShape {
  readonly buffer: SharedArrayBuffer;
}

export function allocateRing({ slots, slotBytes }: RingShape): RingMemory {
  return {
    slots,
    slotBytes,
    buffer: new SharedArrayBuffer(wordBytes(slots) + slots * slotBytes),
  };
}

function wordBytes(slots: number): number {
  return Math.ceil((LENGTHS + slots) / 2) * 2 * Int32Array.BYTES_PER_ELEMENT;
}

/** What both ends have in common. */
abstract class RingEnd {
  protected readonly words: Int32Array;
  protected readonly filled: Bell;
  protected readonly freed: Bell;
  readonly #slots: readonly Uint8Array[];

  constructor(protected readonly memory: RingMemory) {
    const { buffer, slots, slotBytes } = memory;
    this.words = new Int32Array(buffer, 0, LENGTHS + slots);
    this.filled = new Bell(this.words, FILLED_BELL, FILLED_BELL + 1);
    this.freed = new Bell(this.words, FREED_BELL, FREED_BELL + 1);
    const start = wordBytes(slots);
    this.#slots = Array.from(
      { length: slots },
      (_, i) => new Uint8Array(buffer, start + i * slotBytes, slotBytes),
    );
  }

  /** Ends it for both sides, whatever is still in it. */
  cancel(): void {
    Atomics.store(this.words, CANCELLED, 1);
    this.filled.ring();
    this.freed.ring();
  }

  get isCancelled(): boolean {
    return Atomics.load(this.words, CANCELLED) === 1;
  }

  /** Counts run round at 2^32; the number of slots divides that only if it is a power of two. */
  protected indexOf(count: number): number {
    return (count >>> 0) & (this.memory.slots - 1);
  }

  protected slot(count: number): Uint8Array {
    return this.#slots[this.indexOf(count)];
  }
}

export class RingProducer extends RingEnd {
  #committed = 0;

  /** The slot to be filled next. Rejects with `ERR_HAWSER_CLOSED` once the ring is cancelled. */
  async acquire(): Promise<Uint8Array> {
    for (;;) {
      const ticket = this.freed.ticket();
      if (this.isCancelled) throw nobodyReads();
      if (this.hasRoom) return this.slot(this.#committed);
      await this.freed.waitAsync(ticket);
    }
  }

  /** Resolves once the consumer has done with every slot committed so far. Rejects like acquire. */
  async untilReleased(): Promise<void> {
    const committed = this.#committed;
    for (;;) {
      const ticket = this.freed.ticket();
      if (this.isCancelled) throw nobodyReads();
      if (((Atomics.load(this.words, RELEASED) - committed) | 0) >= 0) return;
      await this.freed.waitAsync(ticket);
    }
  }

  /** Like {@link acquire}, if there is room at this moment. */
  tryAcquire(): Uint8Array | undefined {
    return this.hasRoom && !this.isCancelled ? this.slot(this.#committed) : undefined;
  }

  get hasRoom(): boolean {
    const held = (this.#committed - Atomics.load(this.words, RELEASED)) | 0;
    return held < this.memory.slots;
  }

  /** Hands on the first `length` bytes of the acquired slot. */
  commit(length: number): void {
    this.words[LENGTHS + this.indexOf(this.#committed)] = length;
    this.#committed = (this.#committed + 1) | 0;
    Atomics.store(this.words, COMMITTED, this.#committed);
    this.filled.ring();
  }

  end(): void {
    Atomics.store(this.words, ENDED, 1);
    this.filled.ring();
  }
}

function nobodyReads(): HawserError {
  return new HawserError('ERR_HAWSER_CLOSED', 'nobody reads any more');
}

export class RingConsumer extends RingEnd {
  #taken = 0;
  #released = 0;

  /** The next filled slot, if there is one; it stays the consumer's until it is released. */
  take(): Uint8Array | undefined {
    if (this.isCancelled || !this.hasFilled) return undefined;
    const length = this.words[LENGTHS + this.indexOf(this.#taken)];
    const bytes = this.slot(this.#taken).subarray(0, length);
    this.#taken = (this.#taken + 1) | 0;
    return bytes;
  }

  /** Gives the oldest slot that was taken back to the producer. */
  release(): void {
    this.#released = (this.#released + 1) | 0;
    Atomics.store(this.words, RELEASED, this.#released);
    this.freed.ring();
  }

  /** Resolves with true once there is something to take, with false if nothing will come. */
  async untilFilled(): Promise<boolean> {
    for (;;) {
      const ticket = this.filled.ticket();
      if (this.isCancelled) return false;
      // The end is looked at first: what was committed before it is then seen as well.
      const ended = Atomics.load(this.words, ENDED) === 1;
      if (this.hasFilled) return true;
      if (ended) return false;
      await this.filled.waitAsync(ticket);
    }
  }

  get hasFilled(): boolean {
    return Atomics.load(this.words, COMMITTED) !== this.#taken;
  }
}
