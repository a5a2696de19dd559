/**
 * What arriving datagrams do. The listener calls `datagram` or `train` for all of a batch and
 * `endBatch` once: payloads are checked and copied without a lock, published together under the
 * receive lock, and only acknowledgments that say something new take the send lock on their own.
 */
import {
  ConnectionWord,
  PortCounter,
  ReceiveCounter,
  ReceiveWord,
  SendTime,
  SendWord,
} from '../memory/layout.js';
import type { ConnectionMemory, ReceiveLock } from '../memory/connection-memory.js';
import { ParseResult } from '../wire/parse-result.js';
import {
  deservesReset,
  destinationConnectionIdOf,
  parseSegment,
  type ParseContext,
} from '../wire/parse.js';
import { Integrity, type Segment, TokenKind } from '../wire/segment.js';
import { advance, distance, segmentNumber, type SegmentNumber } from '../wire/serial.js';
import { countFollowers, type TrainVerifier } from '../wire/train.js';
import type { AcknowledgmentInput } from './acknowledgment-input.js';
import type { Acknowledgments } from './acknowledgments.js';
import { Assemblies } from './assemblies.js';
import { integrityOf } from './integrity.js';
import type { Life } from './life.js';
import type { Opening } from './opening.js';
import { Arrival, type ReceiveWindow } from './receive-window.js';
import type { ReceiveRing } from './receive-ring.js';
import type { ResetInput } from './reset-input.js';
import type { Rest } from './rest.js';
import type { Incoming } from './scratch.js';
import type { Staging } from './staging.js';
import type { StreamRules } from './stream-rules.js';
import type { TokenInput } from './token-input.js';
import type { Violation, Violations } from './violations.js';
import type { WindowTuning } from './window-tuning.js';

export class Input {
  readonly #segment: Segment;
  readonly #context: { -readonly [K in keyof ParseContext]: ParseContext[K] };
  readonly #verifier: TrainVerifier;
  readonly #assemblies = new Assemblies();
  readonly #staging: Staging;
  #stagedFin: SegmentNumber | undefined;
  /** One past the highest segment staged; meaningless while nothing is. */
  #stagedEnd = segmentNumber(0);
  /** Segments so far that were valid for this connection, all of a train counted as one. */
  validSegments = 0;
  /** The latest datagram may be followed by others of a train. */
  #leads = false;
  #heard = false;
  #repeated = false;
  #askedAtOnce = false;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: ReceiveWindow,
    private readonly acknowledgments: Acknowledgments,
    private readonly acknowledgmentInput: AcknowledgmentInput,
    private readonly opening: Opening,
    private readonly resetInput: ResetInput,
    private readonly tokenInput: TokenInput,
    private readonly tuning: WindowTuning,
    private readonly ring: ReceiveRing,
    private readonly rules: StreamRules,
    private readonly violations: Violations,
    private readonly life: Life,
    private readonly rest: Rest,
    { segment, verifier, staging }: Incoming,
  ) {
    this.#segment = segment;
    this.#verifier = verifier;
    this.#staging = staging;
    this.#context = {
      localConnectionId: memory.words[ConnectionWord.localConnectionId],
      integrity: Integrity.crc32,
      peerConnectionId: 0,
      receiveNext: segmentNumber(0),
      sendUnacknowledged: segmentNumber(0),
    };
  }

  /** One datagram from the peer's address. The listener is the only writer of what it looks at. */
  datagram(bytes: Uint8Array, start: number, end: number, nowMicros: number): void {
    // What else may still be under way concerns nobody any more.
    if (this.life.seemsClosed()) return;
    const context = this.#context;
    context.peerConnectionId = this.memory.send[SendWord.peerConnectionId];
    context.integrity = integrityOf(this.memory);
    context.receiveNext = this.window.receiveNext();
    context.sendUnacknowledged = segmentNumber(this.memory.send[SendWord.sendUnacknowledged]);
    const result = parseSegment(bytes, start, end, context, this.#segment);
    if (result !== ParseResult.ok) {
      this.#refused(result, bytes, start, end);
      return;
    }
    this.validSegments += 1;
    this.#valid(bytes, end - start, nowMicros);
  }

  /**
   * Datagrams of `every` bytes each, the last maybe shorter, one behind the other. Takes the first
   * and, at one go, those that follow it and differ from it only by their number, their check and
   * their payload; returns where the rest begins.
   */
  train(bytes: Uint8Array, start: number, end: number, every: number, nowMicros: number): number {
    const second = Math.min(start + every, end);
    this.#leads = false;
    this.datagram(bytes, start, second, nowMicros);
    if (second === end || !this.#mayBeFollowed()) return second;
    const count = Math.min(
      countFollowers(bytes, start, end, every, this.#segment, this.#isChecked()),
      this.window.roomBehind(this.#segment.segmentNumber),
      this.rules.roomBehind(this.#segment.segmentNumber),
    );
    if (count > 0) this.#follow(bytes, start, every, count, nowMicros);
    return second + count * every;
  }

  /** After the last datagram of a batch: publishes it and notes that the peer was heard. */
  endBatch(nowMicros: number): void {
    if (this.life.seemsClosed()) {
      this.#forget();
      return;
    }
    if (!this.#staging.isEmpty() || this.#askedAtOnce) this.#publish(nowMicros);
    if (!this.#heard) return;
    this.memory.sendMutex.hold((held) => {
      this.memory.sendTimes[SendTime.lastHeardAt] = nowMicros;
      this.rest.heard(held, nowMicros);
      if (this.#repeated) this.life.onRepeated(held, nowMicros);
    });
    this.#heard = false;
    this.#repeated = false;
  }

  /** Between batches: gives back what memory is not needed now, if the timer has asked for it. */
  restIfAsked(nowMicros: number): void {
    // Parts are not acknowledged, so they come again.
    if (this.rest.run(nowMicros)) this.#assemblies.clear();
  }

  #forget(): void {
    this.#staging.clear();
    this.#askedAtOnce = false;
  }

  #mayBeFollowed(): boolean {
    return this.#leads;
  }

  #isChecked(): boolean {
    return this.#context.integrity !== Integrity.none;
  }

  /** `count` datagrams like the one at `start`, which has just been staged, come behind it. */
  #follow(bytes: Uint8Array, start: number, every: number, count: number, nowMicros: number): void {
    const leader = this.#segment;
    const headerBytes = leader.payloadStart - start;
    const next = start + every;
    const peer = this.#context.peerConnectionId;
    if (
      this.#isChecked() &&
      !this.#verifier.verify(bytes, next, every, count, leader, headerBytes, peer)
    ) {
      // At least one of them is corrupt: each by itself, then.
      for (let i = 0; i < count; i++) {
        this.datagram(bytes, next + i * every, next + (i + 1) * every, nowMicros);
      }
      return;
    }
    const first = advance(leader.segmentNumber, 1);
    const payloadBytes = every - headerBytes;
    this.window.placeRun(first, count, bytes, next + headerBytes, every, payloadBytes);
    this.#staging.add(first, count, payloadBytes);
    this.#stagedEnd = advance(first, count);
    if (this.#staging.isFull()) this.#publish(nowMicros);
  }

  #valid(bytes: Uint8Array, datagramBytes: number, nowMicros: number): void {
    const segment = this.#segment;
    // It comes from nobody yet, so it must not count as the peer's.
    if (segment.tokenKind === TokenKind.retry) {
      this.opening.retried(segment);
      return;
    }
    if (!this.opening.admit(segment, datagramBytes, nowMicros)) return;
    const violation = this.rules.judgeDatagram(datagramBytes);
    if (violation !== undefined) {
      this.#broken(violation, nowMicros);
      return;
    }
    if (segment.reset) {
      // What came before it in this batch is settled first, as if it had come in one of its own.
      if (!this.#staging.isEmpty()) this.#publish(nowMicros);
      this.resetInput.received(segment, nowMicros);
      return;
    }
    this.#heard = true;
    if (segment.acknowledgeNow) this.#askedAtOnce = true;
    if (segment.destinationConnectionId !== 0) {
      this.acknowledgmentInput.received(segment, nowMicros);
      // It may have been the end.
      if (this.life.seemsClosed()) return;
    }
    if (segment.tokenKind >= 0) this.tokenInput.received(segment, nowMicros);
    if (segment.numbered) this.#stage(bytes, segment, nowMicros);
  }

  #refused(result: ParseResult, bytes: Uint8Array, start: number, end: number): void {
    const counter =
      result === ParseResult.checksum
        ? PortCounter.corrupt
        : result === ParseResult.destination
          ? PortCounter.strangers
          : PortCounter.malformed;
    this.memory.portCounters[counter] += 1;
    if (result === ParseResult.destination && deservesReset(bytes, start, end)) {
      this.opening.strangerSpoke(destinationConnectionIdOf(bytes, start, end));
    }
  }

  #stage(bytes: Uint8Array, segment: Segment, nowMicros: number): void {
    const number = segment.segmentNumber;
    const part = segment.partOffset >= 0;
    const length = part ? segment.partTotalBytes : segment.payloadEnd - segment.payloadStart;
    const violation = this.#judge(segment, length);
    if (violation !== undefined) {
      this.#broken(violation, nowMicros);
      return;
    }
    if (length > this.memory.geometry.slotBytes) {
      this.memory.portCounters[PortCounter.malformed] += 1;
      return;
    }
    const arrival = this.window.judge(number);
    if (arrival === Arrival.staged) {
      if (part && !this.#completes(bytes, segment)) return;
      if (!part) this.window.place(number, bytes, segment.payloadStart, segment.payloadEnd);
      if (segment.fin) this.#stagedFin = number;
      this.#noteStaged(number, segment);
      this.#staging.add(number, 1, length);
    } else {
      this.#setAside(number, arrival, segment.partOffset <= 0);
    }
    if (this.#staging.isFull()) this.#publish(nowMicros);
  }

  #judge(segment: Segment, length: number): Violation | undefined {
    const violation = this.rules.judge(segment, length, this.#highest(), this.#stagedFin);
    if (violation !== undefined || this.#assemblies.agreesWith(segment, length)) return violation;
    const number = segment.segmentNumber >>> 0;
    return { rule: 'parts', found: `a part of segment ${number} that contradicts those before it` };
  }

  #broken(violation: Violation, nowMicros: number): void {
    this.violations.by(this.#segment, violation, nowMicros);
  }

  /** One past the highest segment published or staged. */
  #highest(): SegmentNumber {
    const published = segmentNumber(this.memory.receive[ReceiveWord.highestReceived]);
    if (this.#staging.isEmpty() || distance(this.#stagedEnd, published) < 0) return published;
    return this.#stagedEnd;
  }

  /** Behind a segment beyond all that has come, every slot is empty and nobody's. */
  #noteStaged(number: SegmentNumber, segment: Segment): void {
    if (distance(number, this.#highest()) < 0) return;
    this.#stagedEnd = advance(number, 1);
    this.#leads =
      !segment.opening && !segment.fin && segment.tokenKind < 0 && segment.partOffset < 0;
  }

  /** Places a part; true if nothing of its segment is missing any more. */
  #completes(bytes: Uint8Array, segment: Segment): boolean {
    const { segmentNumber: number, payloadStart, payloadEnd, partOffset } = segment;
    this.#assemblies.forgetBefore(this.window.receiveNext());
    this.window.place(number, bytes, payloadStart, payloadEnd, partOffset);
    const end = partOffset + payloadEnd - payloadStart;
    return this.#assemblies.add(segment, partOffset, end, segment.partTotalBytes);
  }

  /** Of a segment that comes again in parts, the first part speaks for all. */
  #setAside(number: SegmentNumber, arrival: Arrival, counts: boolean): void {
    this.#askedAtOnce = true;
    if (arrival === Arrival.duplicate) {
      this.#repeated = true;
      if (counts) this.#staging.addDuplicate(number);
      return;
    }
    this.memory.receiveMutex.hold(() => {
      this.memory.receiveCounters[ReceiveCounter.beyondWindow] += 1;
    });
  }

  #publish(nowMicros: number): void {
    const finished = this.memory.receiveMutex.hold((held) => this.#publishHolding(held, nowMicros));
    this.#forget();
    if (finished) this.#endOfStream(nowMicros);
  }

  /** True if the stream is complete with this batch. */
  #publishHolding(held: ReceiveLock, nowMicros: number): boolean {
    const before = this.window.receiveNext();
    const hadGap = distance(this.window.highest(held), before) > 0;
    const fresh = this.#staging.publish(held, this.window, this.acknowledgments);
    this.#publishFin(held);
    const moved = this.window.advanceOverPublished(held);
    const hasGap = distance(this.window.highest(held), this.window.receiveNext()) > 0;
    if (fresh > 0) {
      this.acknowledgments.noteArrivals(held, fresh, hadGap || hasGap, nowMicros);
      const { largestPayload } = this.#staging;
      this.tuning.noteArrivals(held, largestPayload, nowMicros);
      if (this.ring.fit(held)) this.#assemblies.clear();
    }
    if (this.#askedAtOnce) this.acknowledgments.demand(held);
    if (moved > 0) this.memory.receiveChanged.broadcast(held);
    return moved > 0 && this.window.isComplete(held);
  }

  #publishFin(held: ReceiveLock): void {
    if (this.#stagedFin === undefined) return;
    this.window.noteFin(held, this.#stagedFin);
    this.#stagedFin = undefined;
  }

  #endOfStream(nowMicros: number): void {
    this.memory.sendMutex.hold((held) => {
      this.life.on(held, 'finReceived', nowMicros);
    });
  }
}
