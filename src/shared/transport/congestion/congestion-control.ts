/**
 * What the transport asks of congestion control and tells it. Sans-IO: time is an argument, state
 * lies in the shared memory of the connection, and every function needs the send lock.
 */
import type { SendLock } from '../../memory/connection-memory.js';
import type { SegmentNumber } from '../../wire/serial.js';

export interface CongestionControl {
  readonly paces: boolean;
  /** Before the threads start. */
  initialize(nowMicros: number): void;

  /** Bytes that may leave now; Infinity if nothing limits. The last segment may exceed them. */
  quota(held: SendLock, nowMicros: number): number;
  /** When pacing lets the next burst go; Infinity where it is not pacing that holds it back. */
  nextSendAt(held: SendLock, nowMicros: number): number;
  /** Whether the segment about to be sent asks for an answer at once. Asked once a transmission. */
  wantsAnswer(held: SendLock, slot: number): boolean;
  /** A segment was sent, for the first time or again. */
  sent(held: SendLock, slot: number): void;
  /**
   * Nothing more goes now; `ranDry` if that is so because there is nothing left that the peer has room
   * for, `wouldGoOn` if there is, and the port would take it.
   */
  endSending(held: SendLock, ranDry: boolean, wouldGoOn: boolean): void;

  /** Before the segments of one acknowledgment are gone through. */
  beginAcknowledgment(held: SendLock, nowMicros: number): void;
  /** The peer holds the segment of this slot, which is not yet let go. */
  delivered(held: SendLock, slot: number): void;
  /** After that and after the losses it shows; the RTT is 0 if it could not be measured. */
  endAcknowledgment(held: SendLock, rttMicros: number): void;

  /** A segment in flight is found lost. */
  lost(held: SendLock, slot: number, nowMicros: number): void;
  /** It will be sent again as a probe: it leaves the flight, but nobody knows that it is lost. */
  withdrawn(held: SendLock, slot: number): void;
  /** A tail loss probe has shown, by repairing it, a loss that nothing else has shown. */
  repairedByProbe(held: SendLock, nowMicros: number): void;
  /** The peer reports that it was sent again without need. */
  foundSpurious(held: SendLock, segment: SegmentNumber): void;
  /** The retransmission time-out has expired, so many times in a row before. */
  timedOut(held: SendLock, timesBefore: number, nowMicros: number): void;
  /** One segment may go whatever window and pacing say: RFC 8985 §7.3, RFC 6298 §5.4. */
  allowProbe(held: SendLock): void;
}
