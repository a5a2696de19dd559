/**
 * Which segments are lost: RACK-TLP, RFC 8985. A segment is lost when one sent later was delivered
 * and the reordering window has passed since; the tail, behind which nothing is sent, is probed; the
 * retransmission time-out is the last resort. Every function needs the send lock.
 */
import { SendCounter, SendTime, SendWord } from '../memory/layout.js';
import { type ConnectionMemory, NONE, type SendLock } from '../memory/connection-memory.js';
import { advance, distance, segmentNumber, type SegmentNumber } from '../wire/serial.js';
import type { CongestionControl } from './congestion/congestion-control.js';
import type { ReorderingWindow } from './reordering-window.js';
import type { RetransmissionTimers } from './retransmission-timers.js';
import type { RttEstimator } from './rtt-estimator.js';
import { type DeliveryWitness, type SendWindow } from './send-window.js';
import { LossCause, SlotState } from './slot-states.js';
import type { TransportSettings } from './settings.js';
import { Timer } from './timers.js';

const BACK_OFF_LIMIT = 16;
/** Few paths take so long: what is answered after that, but soon after a retransmission, answers it. */
const LONG_RTT_MICROS = 1_000_000;
const SOON = 1 / 16;
/** For so long nothing is concluded from what comes twice, once the network has doubled something. */
const DOUBTED_MICROS = 1_000_000;

export class LossDetection implements DeliveryWitness {
  #nowMicros = 0;
  /** When the slot sent last of those in one acknowledgment was sent, and its RTT if sent once. */
  #newestSentAt = 0;
  #newestSample = 0;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly rtt: RttEstimator,
    private readonly reordering: ReorderingWindow,
    private readonly congestion: CongestionControl,
    private readonly timers: RetransmissionTimers,
    private readonly settings: TransportSettings,
  ) {}

  /** Before the slots of one acknowledgment are gone through with this object as their witness. */
  beginAcknowledgment(held: SendLock, nowMicros: number): void {
    this.congestion.beginAcknowledgment(held, nowMicros);
    this.#nowMicros = nowMicros;
    this.#newestSentAt = -Infinity;
    this.#newestSample = 0;
  }

  /** RFC 8985 §6.2, steps 1 to 3, for one newly acknowledged slot. */
  delivered(held: SendLock, slot: number, segment: SegmentNumber): void {
    const { sendTimes, slotTimesSent, slotFirstSent, slotLastSent } = this.memory;
    if (this.#wentAnotherWay(slotLastSent[slot])) return;
    this.congestion.delivered(held, slot);
    const sentAt = slotLastSent[slot];
    const rtt = this.#nowMicros - sentAt;
    const sentOnce = slotTimesSent[slot] === 1;
    const lateness = this.#nowMicros - slotFirstSent[slot] - sendTimes[SendTime.rackRtt];
    if (!sentOnce && !this.#wentAnotherWay(slotFirstSent[slot])) {
      this.#rememberAgain(slot, segment, this.#firstWasOvertaken(slot) ? lateness : 0);
    }
    const unambiguous = this.#isUnambiguous(slot, rtt);
    this.#noteSample(sentAt, unambiguous ? rtt : 0);
    if (unambiguous) this.rtt.noteMinimum(held, rtt);
    else if (this.#answersEarlier(held, slot, rtt)) return;
    if (sentOnce) this.#noteOrder(held, segment, lateness);
    this.#advanceRack(sentAt, rtt, segment);
  }

  /**
   * The peer reports a segment twice: sent again without need if we sent it twice. How late its
   * first transmission was then tells more than the segments that were waited for: without those
   * that were not, the reordering window would never learn that it is too small.
   */
  noteDuplicate(held: SendLock, segment: SegmentNumber): void {
    const { slotAgainSegment, slotAgainLateness } = this.memory;
    const slot = this.window.slotOf(segment);
    if (slotAgainSegment[slot] !== advance(segment, 1)) {
      this.memory.sendTimes[SendTime.doubledAt] = this.#nowMicros;
      return;
    }
    if (this.#pathDoubles(held)) return;
    // Both transmissions have arrived, so the probe has repaired nothing.
    const { send } = this.memory;
    if (send[SendWord.tailProbeSegment] === segment) send[SendWord.tailProbePending] = 0;
    this.memory.sendCounters[SendCounter.spuriousRetransmissions] += 1;
    this.reordering.noteSpurious(held);
    this.reordering.noteOvertaken(held, slotAgainLateness[slot]);
    if (this.memory.slotCause[slot] !== LossCause.probe) {
      this.congestion.foundSpurious(held, segment);
    }
  }

  /** After the slots: what this acknowledgment says about time, recovery and losses. */
  endAcknowledgment(held: SendLock, progress: boolean): void {
    const { send, sendTimes } = this.memory;
    if (this.#newestSample > 0) this.rtt.sample(held, this.#newestSample);
    if (!progress) return;
    // Something got through, so the path is there: RFC 9002 §6.2.1 ends the back-off so, and a run
    // of losses does not make the next one dearer.
    send[SendWord.backOff] = 0;
    sendTimes[SendTime.lastProgressAt] = this.#nowMicros;
    send[SendWord.tailProbeOut] = 0;
    this.#endRecoveryIfDone(held);
    this.reordering.age(held);
    this.#judgeTailProbe(held);
    this.detect(held, this.#nowMicros);
    this.congestion.endAcknowledgment(held, this.#newestSample);
    this.timers.rearm(held, this.#nowMicros);
  }

  /** Marks what is lost by now, and sets the reordering timer for what may be soon. Step 5. */
  detect(held: SendLock, nowMicros: number): void {
    const { deadlines, sendTimes, slotLastSent } = this.memory;
    const allowed = sendTimes[SendTime.rackRtt] + this.reordering.micros(held);
    deadlines[Timer.reordering] = Infinity;
    let slot = this.window.inFlight.first(held);
    while (slot !== NONE && this.#wasSentBeforeRack(held, slot)) {
      const due = slotLastSent[slot] + allowed;
      if (due > nowMicros) {
        deadlines[Timer.reordering] = due;
        return;
      }
      const following = this.window.inFlight.following(held, slot);
      this.#declareLost(held, slot, LossCause.reordering, nowMicros);
      slot = following;
    }
  }

  /** RFC 6298 §5.4–5.5: the earliest segment goes again, and the time-out doubles. */
  onRetransmissionTimeout(held: SendLock, nowMicros: number): void {
    const { send, sendCounters } = this.memory;
    sendCounters[SendCounter.timeouts] += 1;
    send[SendWord.tailProbeOut] = 0;
    this.congestion.timedOut(held, send[SendWord.backOff], nowMicros);
    this.congestion.allowProbe(held);
    const earliest = this.#earliestInFlight(held);
    if (earliest !== NONE) this.#declareLost(held, earliest, LossCause.timeout, nowMicros);
    if (send[SendWord.backOff] < BACK_OFF_LIMIT) send[SendWord.backOff] += 1;
    this.timers.rearm(held, nowMicros);
  }

  /**
   * Not the one sent longest ago, or time-outs in a row try one segment after the other: of one that
   * goes in many parts the peer keeps what has come, so it gets through at the second attempt.
   */
  #earliestInFlight(held: SendLock): number {
    const slot = this.window.slotOf(this.window.unacknowledged(held));
    const inFlight = this.memory.slotState[slot] === SlotState.inFlight;
    return inFlight ? slot : this.window.inFlight.first(held);
  }

  /** RFC 8985 §7.3: new data if there is any, else the last segment again. True if it is the latter. */
  onTailLossProbe(held: SendLock, nowMicros: number): boolean {
    const { send, deadlines } = this.memory;
    deadlines[Timer.tailLossProbe] = Infinity;
    const last = this.window.inFlight.last(held);
    if (last === NONE) return false;
    send[SendWord.tailProbeOut] = 1;
    // Else the first of those probes: it goes whatever the window says.
    if (this.window.lost.count(held) === 0) this.#sendAgainAsProbe(held, last);
    this.congestion.allowProbe(held);
    // The time-out waits for the answer to the probe.
    deadlines[Timer.retransmission] = nowMicros + this.timers.timeout(held);
    return true;
  }

  #sendAgainAsProbe(held: SendLock, slot: number): void {
    const { send } = this.memory;
    send[SendWord.tailProbePending] = 1;
    send[SendWord.tailProbeSegment] = this.window.segmentIn(held, slot);
    this.window.markLost(held, slot, LossCause.probe);
    this.congestion.withdrawn(held, slot);
  }

  /** RFC 9000 §9.4: sent to where the peer was before it moved. */
  #wentAnotherWay(sentAt: number): boolean {
    return sentAt < this.memory.sendTimes[SendTime.pathSince];
  }

  /** Step 2: an answer quicker than any before is more likely to an earlier transmission. */
  #answersEarlier(held: SendLock, slot: number, rtt: number): boolean {
    const afterTimeout = this.memory.slotCause[slot] === LossCause.timeout;
    // The quickest so far may have been delayed at the peer; after a time-out none is.
    const delay = afterTimeout ? this.settings.acknowledgmentDelayMicros : 0;
    return rtt < this.rtt.minimum(held) - delay;
  }

  /**
   * Karn's rule: only what was sent once tells which transmission is answered. So does, as good as,
   * what was sent twice and is answered soon after the second time; without that, a connection whose
   * first flight was lost would have no sample, and RACK would be blind, until something new is sent.
   */
  #isUnambiguous(slot: number, rtt: number): boolean {
    const times = this.memory.slotTimesSent[slot];
    const sinceFirst = this.#nowMicros - this.memory.slotFirstSent[slot];
    return times === 1 || (times === 2 && sinceFirst > LONG_RTT_MICROS && rtt < sinceFirst * SOON);
  }

  /**
   * The slot sent last is the likeliest to have caused the acknowledgment. If it was a retransmission
   * there is no sample (Karn's rule); that others, sent once, are heard of only now is because an
   * earlier acknowledgment was lost, and tells how long that was ago, not how long the way is.
   */
  #noteSample(sentAt: number, sample: number): void {
    if (sentAt < this.#newestSentAt) return;
    this.#newestSample =
      sentAt > this.#newestSentAt ? sample : Math.max(this.#newestSample, sample);
    this.#newestSentAt = sentAt;
  }

  /** What was sent once has come twice lately: so may have what was sent again with good reason. */
  #pathDoubles(_held: SendLock): boolean {
    const doubledAt = this.memory.sendTimes[SendTime.doubledAt];
    return doubledAt > 0 && this.#nowMicros - doubledAt < DOUBTED_MICROS;
  }

  /**
   * If both transmissions arrive, the first was late; of more than two nothing can be said. Nor where
   * nothing came of what was sent after it: then it was the answers that were lost.
   */
  #firstWasOvertaken(slot: number): boolean {
    const { slotTimesSent, slotCause } = this.memory;
    return slotTimesSent[slot] === 2 && slotCause[slot] === LossCause.reordering;
  }

  /** Kept apart from the slot's own times, which the next segment in it overwrites. */
  #rememberAgain(slot: number, segment: SegmentNumber, lateness: number): void {
    // One past it, as 0 stands for none.
    this.memory.slotAgainSegment[slot] = advance(segment, 1);
    this.memory.slotAgainLateness[slot] = lateness;
  }

  #noteOrder(held: SendLock, segment: SegmentNumber, lateness: number): void {
    const { send } = this.memory;
    const highest = segmentNumber(send[SendWord.highestAcknowledged]);
    if (distance(segment, highest) >= 0) {
      send[SendWord.highestAcknowledged] = advance(segment, 1);
    } else {
      this.reordering.noteOvertaken(held, lateness);
    }
  }

  #advanceRack(sentAt: number, rtt: number, segment: SegmentNumber): void {
    const { send, sendTimes } = this.memory;
    const newer =
      sentAt > sendTimes[SendTime.rackSentAt] ||
      (sentAt === sendTimes[SendTime.rackSentAt] &&
        distance(segment, segmentNumber(send[SendWord.rackSegment])) > 0);
    if (!newer) return;
    sendTimes[SendTime.rackSentAt] = sentAt;
    sendTimes[SendTime.rackRtt] = rtt;
    send[SendWord.rackSegment] = segment;
  }

  #wasSentBeforeRack(held: SendLock, slot: number): boolean {
    const { send, sendTimes, slotLastSent } = this.memory;
    const rackSentAt = sendTimes[SendTime.rackSentAt];
    if (slotLastSent[slot] !== rackSentAt) return slotLastSent[slot] < rackSentAt;
    const rackSegment = segmentNumber(send[SendWord.rackSegment]);
    return distance(this.window.segmentIn(held, slot), rackSegment) < 0;
  }

  #declareLost(held: SendLock, slot: number, cause: LossCause, nowMicros: number): void {
    const { send } = this.memory;
    if (send[SendWord.inRecovery] === 0) {
      send[SendWord.inRecovery] = 1;
      send[SendWord.recoveryPoint] = send[SendWord.sendNext];
    }
    this.window.markLost(held, slot, cause);
    this.congestion.lost(held, slot, nowMicros);
  }

  /** RFC 8985 §7.4: acknowledged with something sent later, and not reported twice: it was lost. */
  #judgeTailProbe(held: SendLock): void {
    const { send } = this.memory;
    if (send[SendWord.tailProbePending] === 0) return;
    const beyond = advance(segmentNumber(send[SendWord.tailProbeSegment]), 1);
    if (distance(this.window.unacknowledged(held), beyond) <= 0) return;
    send[SendWord.tailProbePending] = 0;
    this.congestion.repairedByProbe(held, this.#nowMicros);
  }

  #endRecoveryIfDone(held: SendLock): void {
    const { send } = this.memory;
    if (send[SendWord.inRecovery] === 0) return;
    const point = segmentNumber(send[SendWord.recoveryPoint]);
    if (distance(this.window.unacknowledged(held), point) < 0) return;
    send[SendWord.inRecovery] = 0;
    this.reordering.noteRecoveryEnd(held);
  }
}
