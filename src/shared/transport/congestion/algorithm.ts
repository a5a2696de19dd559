/**
 * What differs between algorithms of congestion control: how window and pacing rate follow from what
 * is delivered and lost. They write `windowBytes` and set the {@link Pacer}; all else is done by
 * {@link RegulatedControl}. Every function needs the send lock.
 */
import type { SendLock } from '../../memory/connection-memory.js';
import type { RateSample } from './delivery-rate.js';

/** A segment found lost, and what was going on when it was sent. */
export interface LostSegment {
  readonly bytes: number;
  readonly sentAt: number;
  readonly inFlightThen: number;
  /** Bytes found lost since it was sent, with it. */
  readonly lostSince: number;
  readonly isLimited: boolean;
}

export interface CongestionAlgorithm {
  initialize(nowMicros: number): void;
  /** Something is sent after nothing was in flight for so long. */
  restarted(held: SendLock, nowMicros: number, idleMicros: number): void;
  acknowledged(held: SendLock, sample: RateSample): void;
  segmentLost(held: SendLock, lost: LostSegment, nowMicros: number): void;
  /** Lost is what was sent after the last such event: the one thing a loss-based algorithm reacts to. */
  recoveryBegan(held: SendLock, nowMicros: number): void;
  /** The retransmission time-out, the first of a row. */
  timedOut(held: SendLock, nowMicros: number): void;
  /** Nothing has come through for longer than a few time-outs: what was known of the path is void. */
  persistentlyCongested(held: SendLock, nowMicros: number): void;
  /** All that was found lost in this recovery has arrived after all: as if it had not begun. */
  undo(held: SendLock, nowMicros: number): void;
}
