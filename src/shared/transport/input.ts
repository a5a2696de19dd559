/**
 * What an arriving datagram does. The listener calls `datagram` for each of a batch and `endBatch`
 * once: payloads are checked and copied without a lock, published together under the receive lock,
 * and only acknowledgments that say something new take the send lock on their own.
 */
import {
  ConnectionWord,
  PortCounter,
  ReceiveCounter,
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
import { Integrity, Segment, TokenKind } from '../wire/segment.js';
import { distance, segmentNumber, type SegmentNumber } from '../wire/serial.js';
import type { AcknowledgmentInput } from './acknowledgment-input.js';
import type { Acknowledgments } from './acknowledgments.js';
import { Assemblies } from './assemblies.js';
import type { Life } from './life.js';
import type { Opening } from './opening.js';
import { Arrival, type ReceiveWindow } from './receive-window.js';
import type { ResetInput } from './reset-input.js';
import type { TokenInput } from './token-input.js';

/** Segments published under one receive lock at the most. */
const STAGE_CAPACITY = 512;

export class Input {
  readonly #segment = new Segment();
  readonly #context: { -readonly [K in keyof ParseContext]: ParseContext[K] };
  readonly #stagedNumber = new Int32Array(STAGE_CAPACITY);
  readonly #stagedLength = new Int32Array(STAGE_CAPACITY);
  readonly #assemblies = new Assemblies();
  readonly #duplicateNumber = new Int32Array(STAGE_CAPACITY);
  #stagedFin: SegmentNumber | undefined;
  #staged = 0;
  #duplicates = 0;
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
    private readonly life: Life,
  ) {
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
    context.receiveNext = this.window.receiveNext();
    context.sendUnacknowledged = segmentNumber(this.memory.send[SendWord.sendUnacknowledged]);
    const result = parseSegment(bytes, start, end, context, this.#segment);
    if (result === ParseResult.ok) this.#valid(bytes, nowMicros);
    else this.#refused(result, bytes, start, end);
  }

  /** After the last datagram of a batch: publishes it and notes that the peer was heard. */
  endBatch(nowMicros: number): void {
    if (this.life.seemsClosed()) {
      this.#forget();
      return;
    }
    if (this.#staged > 0 || this.#duplicates > 0 || this.#askedAtOnce) this.#publish(nowMicros);
    if (!this.#heard) return;
    this.memory.sendMutex.hold((held) => {
      this.memory.sendTimes[SendTime.lastHeardAt] = nowMicros;
      if (this.#repeated) this.life.onRepeated(held, nowMicros);
    });
    this.#heard = false;
    this.#repeated = false;
  }

  #forget(): void {
    this.#staged = 0;
    this.#duplicates = 0;
    this.#askedAtOnce = false;
  }

  #valid(bytes: Uint8Array, nowMicros: number): void {
    const segment = this.#segment;
    // It comes from nobody yet, so it must not count as the peer's.
    if (segment.tokenKind === TokenKind.retry) {
      this.opening.retried(segment);
      return;
    }
    if (!this.opening.admit(segment, nowMicros)) return;
    if (segment.reset) {
      // What came before it in this batch is settled first, as if it had come in one of its own.
      if (this.#staged > 0) this.#publish(nowMicros);
      this.resetInput.received(segment, nowMicros);
      return;
    }
    this.#heard = true;
    if (segment.acknowledgeNow) this.#askedAtOnce = true;
    if (segment.destinationConnectionId !== 0) {
      this.acknowledgmentInput.received(segment, nowMicros);
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
    if (length > this.memory.geometry.slotBytes) {
      this.memory.portCounters[PortCounter.malformed] += 1;
      return;
    }
    const arrival = this.window.judge(number);
    if (arrival === Arrival.staged) {
      if (part && !this.#completes(bytes, segment)) return;
      if (!part) this.window.place(number, bytes, segment.payloadStart, segment.payloadEnd);
      if (segment.fin) this.#stagedFin = number;
      this.#stagedNumber[this.#staged] = number;
      this.#stagedLength[this.#staged] = length;
      this.#staged += 1;
    } else {
      this.#setAside(number, arrival, segment.partOffset <= 0);
    }
    if (this.#staged === STAGE_CAPACITY || this.#duplicates === STAGE_CAPACITY) {
      this.#publish(nowMicros);
    }
  }

  /** Places a part; true if nothing of its segment is missing any more. */
  #completes(bytes: Uint8Array, segment: Segment): boolean {
    const { segmentNumber: number, payloadStart, payloadEnd, partOffset } = segment;
    this.#assemblies.forgetBefore(this.window.receiveNext());
    this.window.place(number, bytes, payloadStart, payloadEnd, partOffset);
    const end = partOffset + payloadEnd - payloadStart;
    return this.#assemblies.add(number, partOffset, end, segment.partTotalBytes);
  }

  /** Of a segment that comes again in parts, the first part speaks for all. */
  #setAside(number: SegmentNumber, arrival: Arrival, counts: boolean): void {
    this.#askedAtOnce = true;
    if (arrival === Arrival.duplicate) {
      this.#repeated = true;
      if (!counts) return;
      this.#duplicateNumber[this.#duplicates] = number;
      this.#duplicates += 1;
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
    const fresh = this.#publishStaged(held);
    this.#publishFin(held);
    const moved = this.window.advanceOverPublished(held);
    const hasGap = distance(this.window.highest(held), this.window.receiveNext()) > 0;
    for (let i = 0; i < this.#duplicates; i++) {
      this.acknowledgments.noteDuplicate(held, this.#duplicateNumber[i]);
    }
    if (fresh > 0) {
      this.acknowledgments.noteArrivals(held, fresh, hadGap || hasGap, nowMicros);
    }
    if (this.#askedAtOnce) this.acknowledgments.demand(held);
    if (moved > 0) this.memory.receiveChanged.broadcast(held);
    return moved > 0 && this.window.isComplete(held);
  }

  #publishStaged(held: ReceiveLock): number {
    let fresh = 0;
    for (let i = 0; i < this.#staged; i++) {
      const number = segmentNumber(this.#stagedNumber[i]);
      if (this.window.publish(held, number, this.#stagedLength[i])) fresh += 1;
      else this.acknowledgments.noteDuplicate(held, number);
    }
    return fresh;
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
