/**
 * What has arrived and is not yet read: a ring of segment slots.
 *
 * ```
 *      readNext            receiveNext              highestReceived      readNext + ringSlots
 *   free │ in order, to be read │ gaps and segments beyond │ free              │
 * ```
 *
 * The listener copies a payload into its slot without a lock: from `receiveNext` on every empty slot
 * is its own. It then publishes a whole batch with the receive lock held. The application reads the
 * bytes below `receiveNext` without a lock and then frees those slots with it. A length word is 0
 * for an empty slot, else 1 + payload bytes. When the listener changes the size of the ring, what can
 * be read keeps its place (ring.ts), so it does not matter which size the application knows, as long
 * as it looks after it has looked at `receiveNext`.
 */
import { ReceiveCounter, receiveSlotCost, ReceiveWord } from '../memory/layout.js';
import type { ConnectionMemory, ReceiveLock } from '../memory/connection-memory.js';
import { advance, distance, segmentNumber, type SegmentNumber } from '../wire/serial.js';
import { isPlacedAlike, movingSlots } from './ring.js';
import { moveReceiveSlots } from './slot-moves.js';

export const Arrival = { staged: 0, duplicate: 1, beyondWindow: 2 } as const;
export type Arrival = (typeof Arrival)[keyof typeof Arrival];

export class ReceiveWindow {
  constructor(private readonly memory: ConnectionMemory) {}

  /** Before the threads start. */
  initialize(): void {
    const { receive, geometry } = this.memory;
    receive[ReceiveWord.ringSlots] = geometry.firstReceiveSlots;
    receive[ReceiveWord.ringSlotsMost] = geometry.firstReceiveSlots;
  }

  /** Slots in use, from any thread. */
  get slots(): number {
    return Atomics.load(this.memory.receive, ReceiveWord.ringSlots);
  }

  /** For the listener, or with the lock held. */
  get #mask(): number {
    return this.memory.receive[ReceiveWord.ringSlots] - 1;
  }

  /** RCV.NXT, from any thread. */
  receiveNext(): SegmentNumber {
    return segmentNumber(Atomics.load(this.memory.receive, ReceiveWord.receiveNext));
  }

  /** Oldest segment the application has not read, from any thread. */
  readNext(): SegmentNumber {
    return segmentNumber(Atomics.load(this.memory.receive, ReceiveWord.readNext));
  }

  highest(_held: ReceiveLock): SegmentNumber {
    return segmentNumber(this.memory.receive[ReceiveWord.highestReceived]);
  }

  holds(_held: ReceiveLock, segment: SegmentNumber): boolean {
    return this.memory.receivedLength[segment & this.#mask] !== 0;
  }

  /** Listener, no lock: payload bytes of a published segment above `receiveNext`, if it is there. */
  lengthOf(segment: SegmentNumber): number | undefined {
    const length = this.memory.receivedLength[segment & this.#mask];
    return length === 0 ? undefined : length - 1;
  }

  /** Slots free from `receiveNext` on. */
  freeSlots(_held: ReceiveLock): number {
    return this.slots - distance(this.receiveNext(), this.readNext());
  }

  /**
   * Listener, with nothing staged: makes the ring twice as large; false if it cannot be, or not now,
   * because a segment would move that may just be read.
   */
  double(held: ReceiveLock): boolean {
    const { receive, geometry, claimBytes } = this.memory;
    const slots = this.slots;
    const unread = movingSlots(this.readNext(), this.receiveNext(), slots);
    if (slots === geometry.receiveSlots || unread.from !== unread.to) return false;
    if (slots === receive[ReceiveWord.ringSlotsMost]) {
      const bytes = slots * receiveSlotCost(geometry);
      if (!claimBytes(2 * bytes, bytes)) return false;
      receive[ReceiveWord.ringSlotsMost] = 2 * slots;
    }
    const moving = movingSlots(this.receiveNext(), this.highest(held), slots);
    moveReceiveSlots(this.memory, held, moving, slots);
    Atomics.store(receive, ReceiveWord.ringSlots, 2 * slots);
    return true;
  }

  /** Listener, with nothing staged: makes it half as large, unless segments beyond were asked for. */
  halve(held: ReceiveLock, promised: SegmentNumber): boolean {
    const half = this.slots / 2;
    if (half < this.memory.geometry.firstReceiveSlots) return false;
    if (distance(promised, this.readNext()) > half || !this.#isPlacedAlike(held, half))
      return false;
    Atomics.store(this.memory.receive, ReceiveWord.ringSlots, half);
    this.memory.forgetSlots('receivePayload', half, 2 * half);
    return true;
  }

  #isPlacedAlike(held: ReceiveLock, slots: number): boolean {
    return isPlacedAlike(this.readNext(), this.highest(held), slots);
  }

  /** Listener, no lock: what is to be done with an arriving segment. Looks only at its own slots. */
  judge(segment: SegmentNumber): Arrival {
    if (distance(segment, this.receiveNext()) < 0) return Arrival.duplicate;
    if (distance(segment, this.readNext()) >= this.slots) return Arrival.beyondWindow;
    const empty = this.memory.receivedLength[segment & this.#mask] === 0;
    return empty ? Arrival.staged : Arrival.duplicate;
  }

  /**
   * Listener, no lock: copies the payload of a segment judged `staged` into its slot; `offset` bytes
   * further on if it is a part of it.
   */
  place(segment: SegmentNumber, bytes: Uint8Array, start: number, end: number, offset = 0): void {
    if (start === end) return;
    const { offsets, geometry } = this.memory;
    const slot = offsets.receivePayload + (segment & this.#mask) * geometry.slotBytes;
    this.memory.copier.copy(bytes, start, end - start, this.memory.bytes, slot + offset);
  }

  /** Listener, no lock: the segments behind `segment` that there is room for, were it the highest. */
  roomBehind(segment: SegmentNumber): number {
    return this.slots - 1 - distance(segment, this.readNext());
  }

  /**
   * Listener, no lock: the same as `place` for `count` segments from `first` on, whose payloads lie
   * `stride` bytes apart from `bytes[start]` on.
   */
  placeRun(
    first: SegmentNumber,
    count: number,
    bytes: Uint8Array,
    start: number,
    stride: number,
    payloadBytes: number,
  ): void {
    const { bytes: memory, copier, offsets, geometry } = this.memory;
    const mask = this.#mask;
    for (let i = 0; i < count; i++) {
      const target = offsets.receivePayload + ((first + i) & mask) * geometry.slotBytes;
      copier.copy(bytes, start + i * stride, payloadBytes, memory, target);
    }
  }

  /**
   * Listener: placed segments are there from now on, `count` of them with payloads of one length.
   * Returns how many are new: the twin of one may have come in the same batch.
   */
  publish(held: ReceiveLock, first: SegmentNumber, count: number, payloadBytes: number): number {
    const { receive, receivedLength, receiveCounters } = this.memory;
    const mask = this.#mask;
    let fresh = 0;
    for (let i = 0; i < count; i++) {
      const slot = (first + i) & mask;
      if (receivedLength[slot] !== 0) continue;
      receivedLength[slot] = payloadBytes + 1;
      fresh += 1;
    }
    if (fresh === 0) return 0;
    receiveCounters[ReceiveCounter.dataSegmentsReceived] += fresh;
    receiveCounters[ReceiveCounter.payloadBytesReceived] += fresh * payloadBytes;
    if (distance(first, this.highest(held)) > 0) receiveCounters[ReceiveCounter.outOfOrder] += 1;
    const end = advance(first, count);
    if (distance(end, this.highest(held)) > 0) receive[ReceiveWord.highestReceived] = end;
    return fresh;
  }

  /** Listener: moves `receiveNext` over everything that is now in order. Returns how far. */
  advanceOverPublished(held: ReceiveLock): number {
    const { receive, receivedLength } = this.memory;
    const before = this.receiveNext();
    const mask = this.#mask;
    const limit = distance(this.highest(held), before);
    let ahead = 0;
    // Bounded by the highest received: in a full ring the next slot is one that waits to be read.
    while (ahead < limit && receivedLength[(before + ahead) & mask] !== 0) ahead += 1;
    if (ahead > 0) Atomics.store(receive, ReceiveWord.receiveNext, advance(before, ahead));
    return ahead;
  }

  /** Listener: nothing has arrived yet after all. Only while nothing may be delivered. */
  clear(_held: ReceiveLock, first: SegmentNumber): void {
    const { receive, receivedLength } = this.memory;
    receivedLength.fill(0, 0, receive[ReceiveWord.ringSlotsMost]);
    Atomics.store(receive, ReceiveWord.receiveNext, first);
    receive[ReceiveWord.highestReceived] = first;
    receive[ReceiveWord.finKnown] = 0;
  }

  /** Listener: the peer's stream ends after this segment. */
  noteFin(_held: ReceiveLock, segment: SegmentNumber): void {
    this.memory.receive[ReceiveWord.finNumber] = segment;
    this.memory.receive[ReceiveWord.finKnown] = 1;
  }

  /** Everything the peer will ever send has arrived. */
  isComplete(held: ReceiveLock): boolean {
    return this.#finIsBefore(held, this.receiveNext());
  }

  /** The application has read all of it. */
  isReadToTheEnd(held: ReceiveLock): boolean {
    return this.#finIsBefore(held, this.readNext());
  }

  #finIsBefore(_held: ReceiveLock, segment: SegmentNumber): boolean {
    const { receive } = this.memory;
    const fin = segmentNumber(receive[ReceiveWord.finNumber]);
    return receive[ReceiveWord.finKnown] === 1 && distance(segment, fin) > 0;
  }

  /** Application, no lock: bytes that can be read now; of more than `most`, `most`. */
  readableBytes(most: number): number {
    const first = this.readNext();
    const count = distance(this.receiveNext(), first);
    if (count === 0) return 0;
    const mask = this.slots - 1;
    let total = -this.memory.receive[ReceiveWord.readOffset];
    for (let i = 0; i < count && total < most; i++) {
      total += this.memory.receivedLength[(first + i) & mask] - 1;
    }
    return Math.min(total, most);
  }

  /**
   * Application, no lock: copies bytes in order into `target[from, to)`, at most what is readable.
   * Returns the segments read to their end; `release` must follow.
   */
  read(target: Uint8Array, from: number, to: number): number {
    const { receive, receivedLength } = this.memory;
    const available = distance(this.receiveNext(), this.readNext());
    const first = this.readNext();
    const slots = this.slots;
    let offset = receive[ReceiveWord.readOffset];
    let finished = 0;
    for (let at = from; finished < available;) {
      const slot = (first + finished) & (slots - 1);
      const most = Math.min(available - finished, slots - slot);
      const full = offset === 0 ? this.#fullSlots(slot, most, to - at) : 0;
      const length = full > 0 ? full * this.memory.geometry.slotBytes : receivedLength[slot] - 1;
      const size = Math.min(length - offset, to - at);
      this.#copyOut(slot, offset, size, target, at);
      at += size;
      offset += size;
      if (offset < length) break;
      offset = 0;
      finished += Math.max(full, 1);
    }
    receive[ReceiveWord.readOffset] = offset;
    return finished;
  }

  /** Application: gives `count` slots that were read back to the listener. */
  release(_held: ReceiveLock, count: number): void {
    const first = this.readNext();
    const { receivedLength, receive } = this.memory;
    const mask = this.#mask;
    for (let i = 0; i < count; i++) receivedLength[(first + i) & mask] = 0;
    // After the slots are empty: whoever sees the new readNext may fill them.
    if (count > 0) Atomics.store(receive, ReceiveWord.readNext, advance(first, count));
  }

  /** Full slots side by side from `slot` on, which can be copied at one stretch. */
  #fullSlots(slot: number, segments: number, bytes: number): number {
    const { receivedLength, geometry } = this.memory;
    const most = Math.min(segments, Math.floor(bytes / geometry.slotBytes));
    let count = 0;
    while (count < most && receivedLength[slot + count] === geometry.slotBytes + 1) count += 1;
    return count;
  }

  #copyOut(slot: number, offset: number, size: number, target: Uint8Array, at: number): void {
    if (size === 0) return;
    const { bytes, offsets, geometry, copier } = this.memory;
    const source = offsets.receivePayload + slot * geometry.slotBytes + offset;
    copier.copy(bytes, source, size, target, at);
  }
}
