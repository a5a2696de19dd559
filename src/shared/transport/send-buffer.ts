/**
 * How much may be written and not yet acknowledged: as much as the congestion window needs to be kept
 * full while losses are repaired, and no more, so that bytes do not wait for seconds in front of a
 * slow path; what the peer has out of order comes on top. The ring of slots follows. Needs the send
 * lock.
 */
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { CongestionValue, SendCounter, SendWord } from '../memory/layout.js';
import { payloadLimit } from './path-mtu/payload-limit.js';
import type { SendWindow } from './send-window.js';
import type { TransportSettings } from './settings.js';

/** BBR's window holds two bandwidth–delay products, and while a loss is repaired two round trips go by. */
const WINDOWS = 2;
/** Worth waking a writer for. */
const AMPLE = 1 / 4;
/** A ring with so many times the room that is wanted is too large. */
const TOO_LARGE = 8;

export type SendBufferSettings = Pick<
  TransportSettings,
  'sendBytes' | 'initialSendBytes' | 'initialSendSegments'
>;

export class SendBuffer {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly settings: SendBufferSettings,
  ) {}

  /** Bytes that may still be written, however many slots there are. */
  freeBytes(held: SendLock): number {
    const { sendCounters } = this.memory;
    const written = sendCounters[SendCounter.payloadBytesWritten];
    return this.#limit(held) - (written - sendCounters[SendCounter.payloadBytesReleased]);
  }

  /** Application: whether there is room for a byte, if need be in a ring that is larger from now on. */
  makeRoom(held: SendLock): boolean {
    if (this.freeBytes(held) <= 0) return false;
    return this.window.freeSlots(held) > 0 || this.window.double(held);
  }

  /** Worth waking a writer for: a quarter of it at once, unless nothing is left to be sent. */
  hasAmpleRoom(held: SendLock): boolean {
    const { window, memory } = this;
    const free = this.freeBytes(held);
    if (free <= 0) return false;
    if (!window.hasQueued(held)) return true;
    const ample = this.#windowBytes(held) * AMPLE;
    if (ample < Infinity && free < ample) return false;
    const canGrow = window.slots < memory.geometry.sendSlots;
    return canGrow || window.freeSlots(held) >= window.slots * AMPLE;
  }

  /** Application: fits the ring to so many bytes that are to be written. */
  fit(held: SendLock, wanted: number): void {
    const { window, memory } = this;
    if (memory.geometry.firstSendSlots === memory.geometry.sendSlots) return;
    const full = payloadLimit(memory, held);
    const bytes = Math.min(wanted, this.freeBytes(held));
    while (window.freeSlots(held) * full < bytes && window.double(held));
    const most = Math.ceil(this.#limit(held) / full) + 1;
    while (window.slots >= TOO_LARGE * most && window.halve(held));
  }

  /** What the peer has but cannot hand on yet takes nobody's place: it only waits for what was lost. */
  #limit(held: SendLock): number {
    const { memory, settings } = this;
    const delivered = memory.send[SendWord.selectivelyAcknowledged] * payloadLimit(memory, held);
    return Math.min(settings.sendBytes, this.#windowBytes(held) + delivered);
  }

  /** What the congestion window is worth. */
  #windowBytes(held: SendLock): number {
    const { sendBytes, initialSendBytes, initialSendSegments } = this.settings;
    const initialBytes = Math.min(
      initialSendBytes,
      initialSendSegments * payloadLimit(this.memory, held),
    );
    if (initialBytes >= sendBytes) return sendBytes;
    // BBR's window is no whole number of bytes.
    const window = Math.floor(this.memory.congestion[CongestionValue.windowBytes]);
    return Math.min(sendBytes, Math.max(initialBytes, WINDOWS * window));
  }
}
