/**
 * How the application's bytes get into send slots: reserve (locked), copy (unlocked), commit
 * (locked). Only the application thread runs this; what lies between `reserve` and `commit` is its
 * own private state. The copy is outside the lock because the slots it writes are `filling` or
 * `free` beyond the tail, which no other thread touches.
 */
import { SendTime, SendWord } from '../memory/layout.js';
import type { EndpointMemory, SendLock } from '../memory/endpoint-memory.js';
import { crc32 } from '../wire/checksum.js';
import { advance, FIRST_SEGMENT, type SegmentNumber } from '../wire/serial.js';
import { SlotState, type SendWindow } from './send-window.js';

export class SendFilling {
  #firstSegment: SegmentNumber = FIRST_SEGMENT;
  #firstBytes = 0;
  #copied = 0;

  constructor(
    private readonly memory: EndpointMemory,
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
    const end = from + count;
    this.#copied = count;
    let segment = this.#firstSegment;
    let inSlot = this.#firstBytes;
    for (let at = from; at < end; segment = advance(segment, 1)) {
      const size = Math.min(this.memory.geometry.slotBytes - inSlot, end - at);
      this.#append(this.window.slotOf(segment), inSlot, bytes, at, size);
      at += size;
      inSlot = 0;
    }
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

  #append(slot: number, inSlot: number, bytes: Uint8Array, from: number, size: number): void {
    const { memory } = this;
    const target = memory.offsets.sendPayload + slot * memory.geometry.slotBytes + inSlot;
    memory.copier.copy(bytes, from, size, memory.bytes, target);
    const before = inSlot === 0 ? 0 : memory.slotChecksum[slot];
    memory.slotChecksum[slot] = crc32(bytes, from, from + size, before);
  }
}
