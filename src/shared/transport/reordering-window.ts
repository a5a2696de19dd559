/**
 * How long a segment may be overtaken before that counts as a loss: RFC 8985 §6.2, steps 2 and 4,
 * and one thing more. RFC 8985 widens the window in quarters of the minimum RTT and stops at one
 * SRTT; on a path that delays each datagram by itself, the minimum RTT is next to nothing and an
 * SRTT is too little. So we also measure how late overtaken segments really came, the *extent*, and
 * wait at least so long. It shrinks by a sixteenth each round trip in which nothing came so late.
 *
 * State in the send section, guarded by the send lock; microseconds.
 */
import { SendTime, SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { advance, distance, segmentNumber } from '../wire/serial.js';
import type { RttEstimator } from './rtt-estimator.js';

/** How much of the difference to a sample the extent takes on, upwards and downwards. */
const RISE = 1 / 2;
const FALL = 1 / 1024;
/** Or less: a large flight has so many samples that one acknowledgment would undo what the last one told. */
const FALLS_IN_FLIGHTS = 8;
/** What is allowed beyond the extent. */
const MARGIN = 1.125;
/** DupThresh of RFC 5681: so many segments delivered above a hole mean a loss. */
const DUPLICATE_THRESHOLD = 3;
/** So many shuffled segments do not arrive in order by chance. */
const ENOUGH_TO_SEE_ORDER = 12;
/** An extent of so much of the RTT is shuffling; less may be a few that took another way. */
const NOTABLE = 1 / 8;
/** "16 recoveries" of RFC 8985 §6.2. */
const RECOVERIES_BEFORE_RESET = 16;

export class ReorderingWindow {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly rtt: RttEstimator,
  ) {}

  initialize(): void {
    this.memory.send[SendWord.reorderingSteps] = 1;
  }

  /** How far behind RACK's expectation a missing segment may be. */
  micros(held: SendLock): number {
    const { send, sendTimes } = this.memory;
    if (this.#isShuffled()) return this.#longestExtent(held);
    if (send[SendWord.reorderingSeen] === 0 && this.#lossIsEvident()) return 0;
    const minimum = this.rtt.minimum(held);
    const steps = Number.isFinite(minimum) ? (send[SendWord.reorderingSteps] * minimum) / 4 : 0;
    const stepped = Math.min(steps, this.rtt.smoothed(held));
    return Math.max(stepped, sendTimes[SendTime.reorderingExtent] * MARGIN);
  }

  /**
   * A segment sent once was delivered after one sent later: `lateMicros` after RACK expected it. The
   * extent rises quickly and falls slowly, so it settles near the latest few of a hundred samples, or
   * of a flight.
   */
  noteOvertaken(held: SendLock, lateMicros: number): void {
    const { send, sendTimes } = this.memory;
    send[SendWord.reorderingSeen] = 1;
    const extent = sendTimes[SendTime.reorderingExtent];
    const excess = Math.min(Math.max(lateMicros, 0), this.#longestExtent(held)) - extent;
    sendTimes[SendTime.reorderingExtent] = extent + excess * (excess > 0 ? RISE : this.#fall());
  }

  #fall(): number {
    const { send } = this.memory;
    const oldest = segmentNumber(send[SendWord.sendUnacknowledged]);
    const flight = distance(segmentNumber(send[SendWord.sendNext]), oldest);
    return Math.min(FALL, 1 / (FALLS_IN_FLIGHTS * flight));
  }

  /** The peer reports that a retransmission was not needed: wait longer from now on. */
  noteSpurious(held: SendLock): void {
    const { send, sendTimes } = this.memory;
    send[SendWord.reorderingSeen] = 1;
    if (!this.#beginRoundIfOver(SendWord.stepRoundEnd)) return;
    send[SendWord.reorderingSteps] += 1;
    send[SendWord.reorderingPersist] = RECOVERIES_BEFORE_RESET;
    sendTimes[SendTime.reorderingExtent] = Math.min(
      sendTimes[SendTime.reorderingExtent] + this.rtt.smoothed(held) / 4,
      this.#longestExtent(held),
    );
  }

  /** To be called after each acknowledgment: lets the extent shrink once a round trip. */
  age(_held: SendLock): void {
    if (!this.#beginRoundIfOver(SendWord.extentRoundEnd)) return;
    this.memory.sendTimes[SendTime.reorderingExtent] *= 15 / 16;
  }

  /** RFC 8985 §6.2: after sixteen recoveries without a spurious one the steps start again. */
  noteRecoveryEnd(_held: SendLock): void {
    const { send } = this.memory;
    send[SendWord.reorderingPersist] -= 1;
    if (send[SendWord.reorderingPersist] > 0) return;
    send[SendWord.reorderingPersist] = 0;
    send[SendWord.reorderingSteps] = 1;
  }

  /**
   * More is missing below the highest segment delivered than is there: a path that loses one
   * datagram in two is rarer than one that shuffles them, of which nothing may be known yet. But a
   * queue that overflows in slow start does lose so many, and what it passes on stays in order.
   */
  #isShuffled(): boolean {
    const { send, sendTimes } = this.memory;
    const there = send[SendWord.selectivelyAcknowledged];
    const highest = segmentNumber(send[SendWord.highestAcknowledged]);
    const spread = distance(highest, segmentNumber(send[SendWord.sendUnacknowledged]));
    if (there < DUPLICATE_THRESHOLD || spread - there <= there) return false;
    if (there < ENOUGH_TO_SEE_ORDER) return true;
    return sendTimes[SendTime.reorderingExtent] > sendTimes[SendTime.smoothedRtt] * NOTABLE;
  }

  #lossIsEvident(): boolean {
    const { send } = this.memory;
    return (
      send[SendWord.inRecovery] === 1 ||
      send[SendWord.selectivelyAcknowledged] >= DUPLICATE_THRESHOLD
    );
  }

  /** Beyond the time-out without back-off, waiting for a late segment would be no gain. */
  #longestExtent(_held: SendLock): number {
    return this.memory.sendTimes[SendTime.retransmissionTimeout];
  }

  /** A round trip ends when what was sent next at its beginning is acknowledged. */
  #beginRoundIfOver(endWord: number): boolean {
    const { send } = this.memory;
    const end = segmentNumber(send[endWord]);
    const oldest = segmentNumber(send[SendWord.sendUnacknowledged]);
    if (distance(oldest, end) < 0) return false;
    const next = segmentNumber(send[SendWord.sendNext]);
    // With nothing under way it would end at once, and every late report would begin another.
    send[endWord] = oldest === next ? advance(next, 1) : next;
    return true;
  }
}
