/**
 * What may be sent now: the windows, congestion control, Nagle, the opening. Only questions, which change nothing; all
 * need the send lock.
 */
import { SendTime, SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { advance, distance, segmentNumber, type SegmentNumber } from '../wire/serial.js';
import type { CongestionControl } from './congestion/congestion-control.js';
import type { SendWindow } from './send-window.js';
import { EARLY_SEGMENTS, type TransportSettings } from './settings.js';

export class SendPermission {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly congestion: CongestionControl,
    private readonly settings: TransportSettings,
  ) {}

  peerIsKnown(_held: SendLock): boolean {
    return this.memory.send[SendWord.peerConnectionId] !== 0;
  }

  /** Whether data may be sent at all yet. */
  maySpeak(held: SendLock): boolean {
    if (this.settings.awaitsValidation) return this.memory.send[SendWord.peerKnowsUs] === 1;
    return !this.settings.greet || this.peerIsKnown(held);
  }

  hasUnsent(held: SendLock): boolean {
    return this.window.hasQueued(held) || this.memory.send[SendWord.openSlotBytes] > 0;
  }

  /** Nagle, RFC 896: a partial segment goes only if nothing else is on its way, or it must. */
  mayCloseOpenSlot(held: SendLock, nowMicros: number): boolean {
    const { send, sendTimes } = this.memory;
    if (send[SendWord.openSlotBytes] === 0) return false;
    if (send[SendWord.flushWanted] === 1 || send[SendWord.noDelay] === 1) return true;
    const heldLongEnough =
      nowMicros >= sendTimes[SendTime.openSlotSince] + this.settings.holdMicros;
    return heldLongEnough && this.outstanding(held) === 0 && !this.window.hasQueued(held);
  }

  hasData(held: SendLock, nowMicros: number): boolean {
    return this.hasSendable(held) && this.congestion.quota(held, nowMicros) > 0;
  }

  /** Something waits that only congestion control may hold back. */
  hasSendable(held: SendLock): boolean {
    return this.window.lost.count(held) > 0 || this.maySendNew(held);
  }

  maySendNew(held: SendLock): boolean {
    return (
      this.window.hasQueued(held) &&
      this.maySpeak(held) &&
      this.isWithinLimit(held) &&
      this.window.inFlight.count(held) < this.settings.maximumInFlight
    );
  }

  isWithinLimit(held: SendLock): boolean {
    const { send } = this.memory;
    const next = this.window.next(held);
    // So few that the numbers of a header with an opening take a byte each: longer, it might not fit.
    const early = distance(next, this.window.unacknowledged(held)) < EARLY_SEGMENTS;
    if (send[SendWord.peerKnowsUs] === 0 && !early) return false;
    return distance(next, segmentNumber(send[SendWord.sendLimit])) < 0;
  }

  /** The last segment that may be sent for now asks for an answer: nothing can follow until then. */
  isLastAllowed(held: SendLock, number: SegmentNumber): boolean {
    const following = advance(number, 1);
    if (following === segmentNumber(this.memory.send[SendWord.sendLimit])) return true;
    const full = this.window.inFlight.count(held) + 1 >= this.settings.maximumInFlight;
    return full && distance(this.window.tail(held), following) > 0;
  }

  outstanding(held: SendLock): number {
    return this.window.inFlight.count(held) + this.window.lost.count(held);
  }
}
