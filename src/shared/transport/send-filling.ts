/**
 * How the application's bytes get into send slots: reserve (locked), copy (unlocked), commit
 * (locked). Only the application thread runs this; what lies between `reserve` and `commit` is its
 * own private state. The copy is outside the lock because the slots it writes are `filling` or
 * `free` beyond the tail, which no other thread touches.
 */
import { SendTime, SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { crc32 } from '../wire/checksum.js';
import { advance, FIRST_SEGMENT, type SegmentNumber } from '../wire/serial.js';
import { SlotState, type SendWindow } from './send-window.js';

export class SendFilling {
  #firstSegment: SegmentNumber = FIRST_SEGMENT;
  #firstBytes = 0;
  #copied = 0;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
  ) {}

  /** Takes room for up to `wanted` bytes; returns how many there is room for, maybe 0. */
  reserve(held: SendLock, wanted: number): number {
    const free = this.window.freeSlots(held);
    if (free <= 0 || wanted === 0) return 0;
    const { slotState, slotLength } = this.memory;
    this.#firstSegment = this.window.tail(held);
    const slot = this.window.slotOf(this.#firstSegment);
    this.#firstBytes = slotState[slot] === SlotState.open ? slotLength[slot] : 0;
    slotState[slot] = SlotState.filling;
    return Math.min(wanted, free * this.memory.geometry.slotBytes - this.#firstBytes);
  }

  /** Copies `bytes[from, from + count)` into what was reserved, and sums it up. No lock. */
  copy(bytes: Uint8Array, from: number, count: number): void {
    const { memory } = this;
    const { sendSlots, slotBytes } = memory.geometry;
    const ring = memory.offsets.sendPayload;
    // Slots lie side by side, so the bytes go in at one stretch, or two where the ring begins anew.
    const at = this.window.slotOf(this.#firstSegment) * slotBytes + this.#firstBytes;
    const beforeWrap = Math.min(count, sendSlots * slotBytes - at);
    memory.copier.copy(bytes, from, beforeWrap, memory.bytes, ring + at);
    memory.copier.copy(bytes, from + beforeWrap, count - beforeWrap, memory.bytes, ring);
    this.#sumUp(bytes, from, from + count);
    this.#copied = count;
  }

  /** Hands the copied bytes over: full slots are queued, a partly filled last one stays open. */
  commit(held: SendLock, nowMicros: number): void {
    const { send, sendTimes, slotState, slotLength, geometry } = this.memory;
    const total = this.#firstBytes + this.#copied;
    const full = Math.floor(total / geometry.slotBytes);
    for (let i = 0; i < full; i++) {
      const slot = this.window.slotOf(advance(this.#firstSegment, i));
      slotLength[slot] = geometry.slotBytes;
      slotState[slot] = SlotState.queued;
    }
    const tail = advance(this.window.tail(held), full);
    send[SendWord.sendTail] = tail;
    const rest = total - full * geometry.slotBytes;
    if (rest > 0) {
      slotLength[this.window.slotOf(tail)] = rest;
      slotState[this.window.slotOf(tail)] = SlotState.open;
      if (send[SendWord.openSlotBytes] === 0 || full > 0) {
        sendTimes[SendTime.openSlotSince] = nowMicros;
        send[SendWord.flushWanted] = 0;
      }
    }
    send[SendWord.openSlotBytes] = rest;
    if (rest === 0) send[SendWord.flushWanted] = 0;
  }

  /** Sums up the private source, while it is warm, one slot's share at a time. */
  #sumUp(bytes: Uint8Array, from: number, end: number): void {
    const { slotChecksum, geometry } = this.memory;
    let segment = this.#firstSegment;
    let inSlot = this.#firstBytes;
    for (let at = from; at < end; segment = advance(segment, 1)) {
      const to = Math.min(at + geometry.slotBytes - inSlot, end);
      const slot = this.window.slotOf(segment);
      slotChecksum[slot] = crc32(bytes, at, to, inSlot === 0 ? 0 : slotChecksum[slot]);
      at = to;
      inSlot = 0;
    }
  }
}
