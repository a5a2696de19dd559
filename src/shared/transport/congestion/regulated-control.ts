/**
 * Congestion control with a window and pacing: keeps the books that every algorithm needs, and asks
 * one for the rest. Whoever sends, receives or keeps time calls it with the send lock held.
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { CongestionValue, SendTime, SendWord } from '../../memory/layout.js';
import { distance, segmentNumber, type SegmentNumber } from '../../wire/serial.js';
import { LossCause, SlotState } from '../slot-states.js';
import type { CongestionAlgorithm } from './algorithm.js';
import type { CongestionControl } from './congestion-control.js';
import { DeliveryRate } from './delivery-rate.js';
import type { Pacer } from './pacer.js';
import { fullSize, initialWindow, sizeOf } from './segment-size.js';

/** So many answers a window keep it moving; more would only cost. */
const ANSWERS_A_WINDOW = 8;
/** The last of a flight may find no room in a short queue: what is answered before it keeps it moving. */
const LEAST_ANSWERS = 2;
/** RFC 9002 §7.6.1, in time-outs without back-off. */
const PERSISTENT_TIMEOUTS = 3;

export class RegulatedControl implements CongestionControl {
  readonly paces = true;
  readonly #rate: DeliveryRate;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly pacer: Pacer,
    private readonly algorithm: CongestionAlgorithm,
  ) {
    this.#rate = new DeliveryRate(memory);
  }

  initialize(nowMicros: number): void {
    const { congestion } = this.memory;
    congestion[CongestionValue.windowBytes] = initialWindow(this.memory);
    congestion[CongestionValue.burstBytes] = initialWindow(this.memory);
    congestion[CongestionValue.windowFilledAt] = -Infinity;
    congestion[CongestionValue.recoverySince] = -Infinity;
    this.algorithm.initialize(nowMicros);
  }

  quota(held: SendLock, nowMicros: number): number {
    const quota = Math.min(this.#room(held), this.pacer.quota(held, nowMicros));
    if (quota > 0) return quota;
    return this.memory.congestion[CongestionValue.probesAllowed];
  }

  nextSendAt(held: SendLock, nowMicros: number): number {
    if (this.#room(held) <= 0) return Infinity;
    return Math.max(nowMicros, this.memory.congestion[CongestionValue.nextSendAt]);
  }

  wantsAnswer(held: SendLock, slot: number): boolean {
    const { congestion } = this.memory;
    const bytes = sizeOf(this.memory, held, slot);
    const sinceAsked = congestion[CongestionValue.sentSinceAsked] + bytes;
    const enough = this.#answeredTogether(held);
    const asks = sinceAsked >= enough || this.#room(held) <= bytes;
    congestion[CongestionValue.sentSinceAsked] = asks ? 0 : sinceAsked;
    return asks;
  }

  sent(held: SendLock, slot: number): void {
    const { congestion, slotLastSent } = this.memory;
    const bytes = sizeOf(this.memory, held, slot);
    const sentAt = slotLastSent[slot];
    if (congestion[CongestionValue.inFlightBytes] === 0) {
      const idleMicros = sentAt - congestion[CongestionValue.deliveredAt];
      this.#rate.beginFlight(held, sentAt);
      this.algorithm.restarted(held, sentAt, idleMicros);
    }
    congestion[CongestionValue.probesAllowed] = 0;
    congestion[CongestionValue.inFlightBytes] += bytes;
    this.#rate.sent(held, slot, congestion[CongestionValue.inFlightBytes]);
    this.pacer.sent(held, bytes, sentAt);
  }

  endSending(held: SendLock, ranDry: boolean, wouldGoOn: boolean): void {
    const { congestion } = this.memory;
    const delivered = congestion[CongestionValue.deliveredBytes];
    const isFull = this.#room(held) < fullSize(this.memory);
    this.pacer.ended(held, wouldGoOn && !isFull && !ranDry);
    if (isFull) {
      congestion[CongestionValue.windowFilledAt] = delivered;
    } else if (ranDry) {
      congestion[CongestionValue.applicationLimitedUntil] = Math.max(
        delivered + congestion[CongestionValue.inFlightBytes],
        1,
      );
    }
  }

  beginAcknowledgment(held: SendLock, nowMicros: number): void {
    this.#rate.begin(held, nowMicros);
  }

  delivered(held: SendLock, slot: number): void {
    const { slotState, slotCause } = this.memory;
    // What waits to be sent again has left the flight already; it has arrived nevertheless.
    if (slotState[slot] !== SlotState.lost) this.#leaveFlight(held, slot);
    else if (slotCause[slot] !== LossCause.probe) this.#clearSuspect(held);
    this.#rate.delivered(held, slot);
  }

  endAcknowledgment(held: SendLock, rttMicros: number): void {
    this.algorithm.acknowledged(held, this.#rate.end(held, rttMicros));
  }

  lost(held: SendLock, slot: number, nowMicros: number): void {
    const { congestion } = this.memory;
    this.#leaveFlight(held, slot);
    const bytes = sizeOf(this.memory, held, slot);
    const sentAt = this.memory.slotLastSent[slot];
    congestion[CongestionValue.lostBytes] += bytes;
    const isEvent = this.memory.slotCause[slot] !== LossCause.timeout;
    if (isEvent && sentAt >= congestion[CongestionValue.recoverySince]) {
      this.#beginRecovery(held, nowMicros);
      this.algorithm.recoveryBegan(held, nowMicros);
    }
    congestion[CongestionValue.suspectSegments] += 1;
    const lost = {
      bytes,
      sentAt,
      inFlightThen: this.memory.slotInFlight[slot],
      lostSince: congestion[CongestionValue.lostBytes] - this.memory.slotLost[slot],
      isLimited: this.memory.slotLimited[slot] === 1,
    };
    this.algorithm.segmentLost(held, lost, nowMicros);
  }

  withdrawn(held: SendLock, slot: number): void {
    this.#leaveFlight(held, slot);
  }

  repairedByProbe(held: SendLock, nowMicros: number): void {
    this.#beginRecovery(held, nowMicros);
    this.algorithm.recoveryBegan(held, nowMicros);
  }

  /** As with DSACK, RFC 3708: when every segment under suspicion has arrived, nothing was lost. */
  foundSpurious(held: SendLock, segment: SegmentNumber): void {
    const from = segmentNumber(this.memory.congestion[CongestionValue.suspectsFrom]);
    if (distance(segment, from) >= 0) this.#clearSuspect(held);
  }

  timedOut(held: SendLock, timesBefore: number, nowMicros: number): void {
    if (timesBefore === 0) {
      this.#beginRecovery(held, nowMicros);
      this.algorithm.timedOut(held, nowMicros);
      return;
    }
    this.memory.congestion[CongestionValue.recoverySince] = nowMicros;
    if (this.#nothingComesThrough(held, nowMicros)) {
      this.algorithm.persistentlyCongested(held, nowMicros);
    }
  }

  allowProbe(_held: SendLock): void {
    this.memory.congestion[CongestionValue.probesAllowed] = 1;
  }

  /** So many bytes are sent with one question. */
  #answeredTogether(_held: SendLock): number {
    const { congestion } = this.memory;
    const window = congestion[CongestionValue.windowBytes];
    const isFirstFlight = congestion[CongestionValue.pacingRate] === 0;
    const most = isFirstFlight ? window : window / LEAST_ANSWERS;
    return Math.max(
      window / ANSWERS_A_WINDOW,
      Math.min(most, congestion[CongestionValue.burstBytes]),
    );
  }

  #room(_held: SendLock): number {
    const { congestion } = this.memory;
    return congestion[CongestionValue.windowBytes] - congestion[CongestionValue.inFlightBytes];
  }

  #leaveFlight(held: SendLock, slot: number): void {
    this.memory.congestion[CongestionValue.inFlightBytes] -= sizeOf(this.memory, held, slot);
  }

  /** RFC 9002 §7.3.2: one event, until something is lost that was sent after it. */
  #beginRecovery(_held: SendLock, nowMicros: number): void {
    const { congestion, send } = this.memory;
    congestion[CongestionValue.recoverySince] = nowMicros;
    congestion[CongestionValue.suspectSegments] = 0;
    congestion[CongestionValue.suspectsFrom] = send[SendWord.sendUnacknowledged];
  }

  #clearSuspect(held: SendLock): void {
    const { congestion } = this.memory;
    if (congestion[CongestionValue.suspectSegments] === 0) return;
    congestion[CongestionValue.suspectSegments] -= 1;
    if (congestion[CongestionValue.suspectSegments] === 0) {
      this.algorithm.undo(held, this.#rate.sample.nowMicros);
    }
  }

  #nothingComesThrough(_held: SendLock, nowMicros: number): boolean {
    const { sendTimes } = this.memory;
    const quietFor = nowMicros - sendTimes[SendTime.lastProgressAt];
    return quietFor > PERSISTENT_TIMEOUTS * sendTimes[SendTime.retransmissionTimeout];
  }
}
