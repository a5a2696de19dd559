/**
 * How large a receive window is worth advertising: dynamic right-sizing (M. Fisk, W. Feng, 2001). What
 * arrives in one round trip, and does not wait for the reader, says how much the peer must be able to
 * have under way; the window is more than twice that, and more while it still grows, so that it is
 * never what holds the peer up. Where segments are lost, and lost again, others wait behind them, which
 * no reader can have: as much as has waited so at some time comes on top.
 *
 * A receiver that only acknowledges has no round-trip times, so it takes how long a whole window
 * takes to arrive, which is no less.
 *
 * Needs the receive lock. Where the window has neither room to grow nor a limit in bytes, as in the
 * classroom, it touches no memory.
 */
import type { ConnectionMemory, ReceiveLock } from '../memory/connection-memory.js';
import { ReceiveCounter, ReceiveWord, SendTime, TuningValue } from '../memory/layout.js';
import { distance, segmentNumber } from '../wire/serial.js';
import type { TransportSettings } from './settings.js';

/** Of a ring that grows so much is told to the peer, so that a reader a little behind shrinks nothing. */
export const TOLD = 0.8;
/** Payload of a segment on Ethernet: what the first window is reckoned in. */
const USUAL_PAYLOAD_BYTES = 1440;
/** However large segments are, so many of them keep a sender going. */
const LEAST_SEGMENTS = 8;
/** For each byte read, so many more may wait. */
const EARNED = 8;
/** So few that are small are the end of something, or a reader has stopped: that is no smaller path. */
const FEW_SEGMENTS = 4;
/** Of the window that is told: with less left of it, the window is what holds the peer up. */
const PRESSED = 1 / 4;
/** Round trips for which there is room. */
const ROUND_TRIPS = 3;

export class WindowTuning {
  readonly #tunes: boolean;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly settings: TransportSettings,
  ) {
    const { initialWindowSegments, windowSegments, receiveBytes } = settings;
    this.#tunes = initialWindowSegments < windowSegments || receiveBytes < Infinity;
  }

  /** What the opening says. */
  get initialSegments(): number {
    return Math.min(this.settings.initialWindowSegments, this.settings.windowSegments);
  }

  /** Before the threads start, and when the peer turns out not to be one. */
  initialize(): void {
    if (!this.#tunes) return;
    const { tuning } = this.memory;
    tuning.fill(0);
    tuning[TuningValue.windowBytes] = this.initialSegments * USUAL_PAYLOAD_BYTES;
    tuning[TuningValue.largestPayload] = USUAL_PAYLOAD_BYTES;
    tuning[TuningValue.largestNow] = USUAL_PAYLOAD_BYTES;
  }

  /** Segments worth advertising, when so many received ones wait to be read. */
  segments(_held: ReceiveLock, unread: number): number {
    const { windowSegments, receiveBytes } = this.settings;
    if (!this.#tunes) return windowSegments;
    const payload = this.memory.tuning[TuningValue.largestPayload];
    // A limit smaller than one segment would keep it out for ever.
    const room = Math.max(1, Math.floor(receiveBytes / payload)) - unread;
    return Math.max(0, Math.min(this.#wanted(), room, windowSegments, this.#told()));
  }

  /** Slots of a ring that holds as many as the window could be. */
  wantedSlots(_held: ReceiveLock): number {
    return Math.ceil(Math.min(this.#wanted(), this.settings.windowSegments) / TOLD);
  }

  #wanted(): number {
    const { tuning } = this.memory;
    const bytes = tuning[TuningValue.windowBytes] + tuning[TuningValue.gapBytes];
    const most = Math.min(bytes, this.#earnedBytes(), this.settings.receiveBytes);
    const payload = tuning[TuningValue.largestPayload];
    return Math.max(Math.floor(most / payload), LEAST_SEGMENTS);
  }

  /** A peer that leaves a gap at the beginning and never fills it is not to get all there is for nothing. */
  #earnedBytes(): number {
    const read = this.memory.receiveCounters[ReceiveCounter.payloadBytesDelivered];
    return this.initialSegments * USUAL_PAYLOAD_BYTES + EARNED * read;
  }

  #told(): number {
    const { receive, geometry } = this.memory;
    const slots = receive[ReceiveWord.ringSlots];
    return slots === geometry.receiveSlots ? Infinity : Math.floor(slots * TOLD);
  }

  /** New segments have arrived, the largest with so much payload. */
  noteArrivals(held: ReceiveLock, payload: number, now: number): void {
    if (!this.#tunes) return;
    const { tuning } = this.memory;
    if (this.#isPressed()) tuning[TuningValue.roundPressed] = 1;
    if (payload > tuning[TuningValue.largestNow]) tuning[TuningValue.largestNow] = payload;
    if (payload > tuning[TuningValue.largestPayload]) tuning[TuningValue.largestPayload] = payload;
    this.#measureGap(held);
    this.#measureRoundTrip(held, now);
    const roundTrip = this.#roundTrip();
    const since = now - tuning[TuningValue.roundBeganAt];
    if (roundTrip > 0 && since >= roundTrip) this.#endRound(since / roundTrip, now);
  }

  #measureGap(_held: ReceiveLock): void {
    const { tuning } = this.memory;
    const bytes = this.#waitingBytes();
    if (bytes > tuning[TuningValue.gapBytes]) tuning[TuningValue.gapBytes] = bytes;
  }

  /** Behind what is missing; not while there is more to read: a reader that falls behind wants no more. */
  #waitingBytes(): number {
    const { receive, tuning } = this.memory;
    const receiveNext = segmentNumber(receive[ReceiveWord.receiveNext]);
    const waiting = distance(segmentNumber(receive[ReceiveWord.highestReceived]), receiveNext);
    const unread = distance(receiveNext, segmentNumber(receive[ReceiveWord.readNext]));
    return unread > waiting ? 0 : waiting * tuning[TuningValue.largestPayload];
  }

  /** The peer has nearly come to the edge it was told. */
  #isPressed(): boolean {
    const { receive } = this.memory;
    const edge = segmentNumber(receive[ReceiveWord.windowEdgeAdvertised]);
    const left = distance(edge, segmentNumber(receive[ReceiveWord.highestReceived]));
    return left <= PRESSED * this.#wanted();
  }

  /** What lies beyond the edge told so far is only sent once another has been told. */
  #measureRoundTrip(_held: ReceiveLock, now: number): void {
    const { receive, tuning } = this.memory;
    const edge = segmentNumber(tuning[TuningValue.measureEdge]);
    const began = tuning[TuningValue.measureBeganAt];
    const highest = segmentNumber(receive[ReceiveWord.highestReceived]);
    if (began > 0 && distance(highest, edge) <= 0) return;
    if (began > 0) {
      const sample = Math.max(1, now - began);
      const known = tuning[TuningValue.roundTrip];
      // The shortest: later ones are as long as the window, which grows with what they say.
      tuning[TuningValue.roundTrip] = known === 0 ? sample : Math.min(sample, known);
    }
    tuning[TuningValue.measureEdge] = receive[ReceiveWord.windowEdgeAdvertised];
    tuning[TuningValue.measureBeganAt] = now;
  }

  /** The listener's own measurement, of which it is the only writer, is the better one. */
  #roundTrip(): number {
    const own = this.memory.sendTimes[SendTime.smoothedRtt];
    const seen = this.memory.tuning[TuningValue.roundTrip];
    return own > 0 && (seen === 0 || own < seen) ? own : seen;
  }

  /** A round that took much longer was idle in between, and says less than there was to say. */
  #endRound(roundTrips: number, now: number): void {
    const { tuning } = this.memory;
    // What is no gap any more is not read yet: that is no progress, and nor is when it is read.
    const taken = Math.max(this.#takenBytes(), tuning[TuningValue.roundBeganWith]);
    const bytes = (taken - tuning[TuningValue.roundBeganWith]) / roundTrips;
    const growth = Math.max(0, bytes - tuning[TuningValue.roundBytes]);
    const wanted = Math.min(ROUND_TRIPS * (bytes + growth), this.settings.receiveBytes);
    if (roundTrips < 2 && wanted > tuning[TuningValue.windowBytes]) {
      tuning[TuningValue.windowBytes] = wanted;
    }
    // A path that carries less than before has smaller segments, of which there is room for more.
    if (tuning[TuningValue.roundPressed] === 1 && this.#roundSegments() > FEW_SEGMENTS) {
      tuning[TuningValue.largestPayload] = tuning[TuningValue.largestNow];
    }
    tuning[TuningValue.largestNow] = USUAL_PAYLOAD_BYTES;
    tuning[TuningValue.roundPressed] = 0;
    tuning[TuningValue.roundBytes] = bytes;
    tuning[TuningValue.roundBeganWith] = taken;
    tuning[TuningValue.roundBeganAbove] = this.memory.receive[ReceiveWord.highestReceived];
    tuning[TuningValue.roundBeganAt] = now;
  }

  #roundSegments(): number {
    const { receive, tuning } = this.memory;
    const before = segmentNumber(tuning[TuningValue.roundBeganAbove]);
    return distance(segmentNumber(receive[ReceiveWord.highestReceived]), before);
  }

  /** All that has arrived but for what waits for the reader: it has it, or cannot have it yet. */
  #takenBytes(): number {
    const read = this.memory.receiveCounters[ReceiveCounter.payloadBytesDelivered];
    return read + this.#waitingBytes();
  }
}
