/**
 * How the application's bytes get into send slots: reserve (locked), copy (unlocked), commit
 * (locked). Only the application thread runs this; what lies between `reserve` and `commit` is its
 * own private state. The copy is outside the lock because the slots it writes are `filling` or
 * `free` beyond the tail, which no other thread touches.
 */
import { SendCounter, SendTime, SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { crc32 } from '../wire/checksum.js';
import { advance, FIRST_SEGMENT, type SegmentNumber } from '../wire/serial.js';
import { payloadLimit } from './path-mtu/payload-limit.js';
import { SendBuffer, type SendBufferSettings } from './send-buffer.js';
import { type SendWindow } from './send-window.js';
import { SlotState } from './slot-states.js';

const UNBOUNDED: SendBufferSettings = {
  sendBytes: Infinity,
  initialSendBytes: Infinity,
  initialSendSegments: Infinity,
};

export class SendFilling {
  readonly #buffer: SendBuffer;
  #firstSegment: SegmentNumber = FIRST_SEGMENT;
  #firstBytes = 0;
  #copied = 0;
  /** Payload of a full segment when the reservation was made. */
  #fullBytes = 0;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    /** Whether to sum up what is filled in: not if we would rather do without a check. */
    private readonly sums = true,
    settings: SendBufferSettings = UNBOUNDED,
  ) {
    this.#buffer = new SendBuffer(memory, window, settings);
  }

  /** Whether there is room for a byte, if need be in a ring that is larger from now on. */
  makeRoom(held: SendLock): boolean {
    return this.#buffer.makeRoom(held);
  }

  /** Takes room for up to `wanted` bytes; returns how many there is room for, maybe 0. */
  reserve(held: SendLock, wanted: number): number {
    const { slotState, slotLength, send } = this.memory;
    this.#fullBytes = payloadLimit(this.memory, held);
    // A path that carries less than before: what is open is full.
    if (send[SendWord.openSlotBytes] >= this.#fullBytes) this.window.closeOpenSlot(held);
    this.#buffer.fit(held, wanted);
    if (wanted === 0 || !this.makeRoom(held)) return 0;
    const free = this.window.freeSlots(held);
    this.#firstSegment = this.window.tail(held);
    const slot = this.window.slotOf(this.#firstSegment);
    this.#firstBytes = slotState[slot] === SlotState.open ? slotLength[slot] : 0;
    slotState[slot] = SlotState.filling;
    return Math.min(
      wanted,
      free * this.#fullBytes - this.#firstBytes,
      this.#buffer.freeBytes(held),
    );
  }

  /** Copies `bytes[from, from + count)` into what was reserved, and sums it up. No lock. */
  copy(bytes: Uint8Array, from: number, count: number): void {
    const { slotBytes } = this.memory.geometry;
    if (this.#fullBytes === slotBytes) this.#copyAtOneStretch(bytes, from, count);
    else this.#copySlotBySlot(bytes, from, count);
    if (this.sums) this.#sumUp(bytes, from, from + count);
    this.#copied = count;
  }

  /** Full slots lie side by side: one copy, or two where the ring begins anew. */
  #copyAtOneStretch(bytes: Uint8Array, from: number, count: number): void {
    const { memory } = this;
    const { slotBytes } = memory.geometry;
    const ring = memory.offsets.sendPayload;
    const at = this.window.slotOf(this.#firstSegment) * slotBytes + this.#firstBytes;
    const beforeWrap = Math.min(count, this.window.slots * slotBytes - at);
    memory.copier.copy(bytes, from, beforeWrap, memory.bytes, ring + at);
    memory.copier.copy(bytes, from + beforeWrap, count - beforeWrap, memory.bytes, ring);
  }

  #copySlotBySlot(bytes: Uint8Array, from: number, count: number): void {
    const { copier, offsets, geometry, bytes: target } = this.memory;
    let segment = this.#firstSegment;
    let inSlot = this.#firstBytes;
    for (let at = from; at < from + count; segment = advance(segment, 1)) {
      const size = Math.min(this.#fullBytes - inSlot, from + count - at);
      const slot = offsets.sendPayload + this.window.slotOf(segment) * geometry.slotBytes;
      copier.copy(bytes, at, size, target, slot + inSlot);
      at += size;
      inSlot = 0;
    }
  }

  /** Hands the copied bytes over: full slots are queued, a partly filled last one stays open. */
  commit(held: SendLock, nowMicros: number): void {
    const { send, sendTimes, slotState, slotLength } = this.memory;
    this.memory.sendCounters[SendCounter.payloadBytesWritten] += this.#copied;
    const total = this.#firstBytes + this.#copied;
    const full = Math.floor(total / this.#fullBytes);
    for (let i = 0; i < full; i++) {
      const slot = this.window.slotOf(advance(this.#firstSegment, i));
      slotLength[slot] = this.#fullBytes;
      slotState[slot] = SlotState.queued;
    }
    const tail = advance(this.window.tail(held), full);
    send[SendWord.sendTail] = tail;
    const rest = total - full * this.#fullBytes;
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
    const { slotChecksum } = this.memory;
    let segment = this.#firstSegment;
    let inSlot = this.#firstBytes;
    for (let at = from; at < end; segment = advance(segment, 1)) {
      const to = Math.min(at + this.#fullBytes - inSlot, end);
      const slot = this.window.slotOf(segment);
      slotChecksum[slot] = crc32(bytes, at, to, inSlot === 0 ? 0 : slotChecksum[slot]);
      at = to;
      inSlot = 0;
    }
  }
}
