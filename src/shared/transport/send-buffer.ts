/**
 * How much may be written and not yet acknowledged: as much as the congestion window needs to be kept
 * full while losses are repaired, and no more, so that bytes do not wait for seconds in front of a
 * slow path. The ring of slots follows. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { CongestionValue, SendCounter } from '../memory/layout.js';
import { payloadLimit } from './path-mtu/payload-limit.js';
import type { SendWindow } from './send-window.js';
import type { TransportSettings } from './settings.js';

/** BBR's window holds two bandwidth–delay products, and while a loss is repaired two round trips go by. */
const WINDOWS = 2;
/** Worth waking a writer for. */
const AMPLE = 1 / 4;
/** A ring with so many times the room that is wanted is too large. */
const TOO_LARGE = 3;

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

  /** Whether there is room for a byte. */
  hasRoom(held: SendLock): boolean {
    return this.window.freeSlots(held) > 0 && this.freeBytes(held) > 0;
  }

  /** Worth waking a writer for: a quarter of it at once, unless nothing is left to be sent. */
  hasAmpleRoom(held: SendLock): boolean {
    if (!this.window.hasQueued(held)) return true;
    const limit = this.#limit(held);
    const bytesAreFree = limit === Infinity || this.freeBytes(held) >= limit * AMPLE;
    return bytesAreFree && this.window.freeSlots(held) >= this.window.slots * AMPLE;
  }

  /** Application: fits the ring to so many bytes that are to be written. */
  fit(held: SendLock, wanted: number): void {
    const { geometry } = this.memory;
    if (geometry.firstSendSlots === geometry.sendSlots) return;
    const full = payloadLimit(this.memory, held);
    while (this.#isShort(held, wanted, full) && this.window.double(held));
    const most = Math.ceil(this.#limit(held) / full) + 1;
    while (this.window.slots >= TOO_LARGE * most && this.window.halve(held));
  }

  /** Slots that may be filled now: none behind the place where a ring that is short could double. */
  freeSlots(held: SendLock, wanted: number): number {
    const { window, memory } = this;
    const free = window.freeSlots(held);
    if (window.slots === memory.geometry.sendSlots) return free;
    const isShort = this.#isShort(held, wanted, payloadLimit(memory, held));
    return isShort ? window.freeBeforeDoubling(held) : free;
  }

  /** It holds too little of what is to be written; or than there may be, and half of it is in use. */
  #isShort(held: SendLock, wanted: number, full: number): boolean {
    const { slots } = this.window;
    const free = this.window.freeSlots(held);
    const isHalfFull = slots * full < this.#limit(held) && free < slots / 2;
    return isHalfFull || free * full < Math.min(wanted, this.freeBytes(held));
  }

  #limit(held: SendLock): number {
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
