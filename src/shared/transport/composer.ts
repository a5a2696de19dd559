/**
 * Turns the state of a connection into headers: for a segment in a slot into the header ring, for
 * one without into the scratch area. Needs the send lock; the acknowledgment fields are filled in
 * beforehand by whoever holds the receive lock.
 */
import {
  ConnectionWord,
  HEADER_STRIDE,
  ReceiveWord,
  PART_HEADERS,
  SendWord,
} from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { hasCheck } from '../wire/check.js';
import { crc32 } from '../wire/checksum.js';
import { emitHeader, type EmitContext, headerLengthWithoutSack, trimSack } from '../wire/emit.js';
import type { HeaderSequence } from '../wire/header-sequence.js';
import { Integrity, ResetReason, type Segment, TokenKind } from '../wire/segment.js';
import {
  advance,
  bytesNeeded,
  distance,
  type NumberBytes,
  segmentNumber,
  type SegmentNumber,
} from '../wire/serial.js';
import { integrityOf } from './integrity.js';
import { putProbeToken } from './path-mtu/probe-token.js';
import { FIN_BIT } from './slot-states.js';
import type { Scratch } from './scratch.js';
import type { TransportSettings } from './settings.js';
import type { WindowTuning } from './window-tuning.js';

/** Largest datagram without a slot; the rest of the scratch area is for resets. */
const EMPTY_SEGMENT_BYTES = 1472;
/** Then a reset, then the header of a probe of the path. */
const RESET_BYTES = 64;

/** Where the header of a part goes, and which bytes of its slot it is for. */
export interface Part {
  readonly at: number;
  readonly from: number;
  readonly bytes: number;
}

export class Composer {
  /** Everything but the number: the same for all segments of one run. */
  readonly segment: Segment;
  readonly #context: { -readonly [K in keyof EmitContext]: EmitContext[K] };
  readonly #resetSegment: Segment;
  readonly #sequence: HeaderSequence;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly tuning: Pick<WindowTuning, 'initialSegments'>,
    scratch: Scratch,
    private readonly settings: TransportSettings,
  ) {
    this.segment = scratch.outgoing;
    this.#resetSegment = scratch.reset;
    this.#sequence = scratch.sequence;
    const localConnectionId = memory.words[ConnectionWord.localConnectionId];
    this.#context = { localConnectionId, integrity: Integrity.crc32 };
  }

  /** Sets what all segments sent now have in common, except the acknowledgment. */
  begin(_held: SendLock, nowMicros: number): void {
    const { segment, settings } = this;
    const { send } = this.memory;
    segment.clear();
    this.#sequence.end();
    this.#context.integrity = integrityOf(this.memory);
    segment.destinationConnectionId = send[SendWord.peerConnectionId];
    // Until the peer has used our ID, every segment tells it.
    segment.opening = send[SendWord.peerKnowsUs] === 0;
    if (!segment.opening) return;
    segment.sourceConnectionId = this.#context.localConnectionId;
    segment.sentAtMillis = ((nowMicros + settings.wallClockOffsetMicros) / 1e3) | 0;
    segment.maximumDatagramBytes = settings.maximumDatagramBytes;
    segment.openingWindowSegments = this.tuning.initialSegments;
    segment.integrity = settings.integrity;
  }

  /** Writes the header of a slot's segment; returns its length. */
  data(held: SendLock, slot: number, number: SegmentNumber, askAtOnce: boolean): number {
    const { segment } = this;
    const { bytes } = this.memory;
    segment.numbered = true;
    segment.segmentNumber = number;
    segment.fin = (this.memory.slotLength[slot] & FIN_BIT) !== 0;
    segment.acknowledgeNow = askAtOnce;
    const plain = !segment.fin && !askAtOnce && !segment.opening;
    const at = this.headerOffset(slot);
    const numberBytes = this.#numberBytes(held, advance(number, 1), segment.cumulativeAck);
    const crc = this.#payloadCrc(slot);
    if (plain && this.#sequence.continues(numberBytes)) {
      return this.#sequence.follow(bytes, at, number, crc);
    }
    const length = emitHeader(bytes, at, segment, this.#context, numberBytes, crc);
    const checked = this.#context.integrity !== Integrity.none;
    if (plain) this.#sequence.begin(bytes, at, length, number, numberBytes, checked, crc);
    return length;
  }

  /** Summed up when it was filled; if we would rather do without, only where it cannot be helped. */
  #payloadCrc(slot: number): number {
    const { memory, segment, settings } = this;
    if (settings.integrity === Integrity.crc32) return memory.slotChecksum[slot];
    if (!hasCheck(this.#context.integrity, segment.opening, segment.destinationConnectionId))
      return 0;
    const start = this.payloadOffset(slot);
    return crc32(memory.bytes, start, start + (memory.slotLength[slot] & ~FIN_BIT), 0);
  }

  /** Writes the header of a part of it: `bytes` of the payload from `from` on; returns its length. */
  part(
    held: SendLock,
    slot: number,
    number: SegmentNumber,
    askAtOnce: boolean,
    { at, from, bytes }: Part,
  ): number {
    const { segment, memory } = this;
    const payload = this.payloadOffset(slot) + from;
    segment.numbered = true;
    segment.segmentNumber = number;
    segment.fin = (memory.slotLength[slot] & FIN_BIT) !== 0;
    segment.acknowledgeNow = askAtOnce;
    segment.partOffset = from;
    segment.partTotalBytes = memory.slotLength[slot] & ~FIN_BIT;
    const numberBytes = this.#numberBytes(held, advance(number, 1), segment.cumulativeAck);
    const crc = crc32(memory.bytes, payload, payload + bytes, 0);
    const length = emitHeader(memory.bytes, at, segment, this.#context, numberBytes, crc);
    segment.partOffset = -1;
    return length;
  }

  /**
   * Writes the header of a probe of the path, a challenge that makes a datagram of `datagramBytes`
   * with padding from {@link paddingOffset}; returns its length.
   */
  probe(held: SendLock, datagramBytes: number): number {
    const { segment, memory } = this;
    segment.numbered = false;
    segment.fin = false;
    segment.acknowledgeNow = false;
    putProbeToken(segment, datagramBytes);
    const next = segmentNumber(memory.send[SendWord.sendNext]);
    const numberBytes = this.#numberBytes(held, next, segment.cumulativeAck);
    const length = headerLengthWithoutSack(segment, this.#context, numberBytes);
    const padding = this.paddingOffset;
    const crc = crc32(memory.bytes, padding, padding + datagramBytes - length, 0);
    emitHeader(memory.bytes, this.probeOffset, segment, this.#context, numberBytes, crc);
    segment.tokenKind = -1;
    return length;
  }

  /** Writes a segment without data into the scratch area; returns its length. */
  empty(held: SendLock, askAtOnce: boolean): number {
    const { segment, memory } = this;
    segment.numbered = false;
    segment.fin = false;
    segment.acknowledgeNow = askAtOnce;
    this.#putResponse(held);
    if (segment.opening) this.#proveAddress(held);
    const next = segmentNumber(memory.send[SendWord.sendNext]);
    const numberBytes = this.#numberBytes(held, next, segment.cumulativeAck);
    // A report that the path does not carry, or the peer does not take, would never be heard.
    const most = Math.min(EMPTY_SEGMENT_BYTES, memory.send[SendWord.pathDatagramBytes]);
    trimSack(segment, this.#context, numberBytes, most);
    const { emptyOffset } = this;
    const length = emitHeader(memory.bytes, emptyOffset, segment, this.#context, numberBytes, 0);
    segment.tokenKind = -1;
    return length;
  }

  /** A challenge that waits for its answer gets it. */
  #putResponse(_held: SendLock): void {
    const { segment, memory } = this;
    const wanted = memory.send[SendWord.responseBytes];
    if (wanted === 0) return;
    memory.send[SendWord.responseBytes] = 0;
    segment.tokenKind = TokenKind.response;
    segment.tokenBytes = wanted - 1;
    for (let i = 0; i < segment.tokenBytes; i++) segment.token[i] = memory.responseToken[i];
  }

  /** An opening without data has room for the token that a retry asked for. */
  #proveAddress(_held: SendLock): void {
    const { segment, memory } = this;
    const bytes = memory.send[SendWord.tokenBytes];
    if (bytes === 0) return;
    segment.tokenKind = TokenKind.proof;
    segment.token.set(memory.token.subarray(0, bytes));
    segment.tokenBytes = bytes;
  }

  /** A reset of our own connection, for the peer that knows it; returns its length. */
  reset(held: SendLock, reason: number): number {
    const reset = this.#resetSegment;
    reset.clear();
    this.#context.integrity = integrityOf(this.memory);
    reset.reset = true;
    reset.destinationConnectionId = this.memory.send[SendWord.peerConnectionId];
    reset.cumulativeAck = segmentNumber(Atomics.load(this.memory.receive, ReceiveWord.receiveNext));
    reset.resetReason = reason;
    reset.rejectedConnectionId = this.#context.localConnectionId;
    const next = segmentNumber(this.memory.send[SendWord.sendNext]);
    return this.#emitReset(this.#numberBytes(held, next, reset.cumulativeAck, false));
  }

  /** An answer to somebody who speaks to a connection that is not here; returns its length. */
  strangerReset(_held: SendLock, unknownId: number): number {
    const reset = this.#resetSegment;
    reset.clear();
    reset.reset = true;
    reset.destinationConnectionId = 0;
    reset.resetReason = ResetReason.unknownConnection;
    reset.rejectedConnectionId = unknownId;
    return this.#emitReset(1);
  }

  headerOffset(slot: number): number {
    return this.memory.offsets.headers + slot * HEADER_STRIDE;
  }

  payloadOffset(slot: number): number {
    return this.memory.offsets.sendPayload + slot * this.memory.geometry.slotBytes;
  }

  get emptyOffset(): number {
    return this.memory.offsets.scratch;
  }

  get resetOffset(): number {
    return this.memory.offsets.scratch + EMPTY_SEGMENT_BYTES;
  }

  get probeOffset(): number {
    return this.resetOffset + RESET_BYTES;
  }

  get paddingOffset(): number {
    return this.memory.offsets.padding;
  }

  partHeaderOffset(index: number): number {
    return this.memory.offsets.partHeaders + (index % PART_HEADERS) * HEADER_STRIDE;
  }

  #emitReset(numberBytes: NumberBytes): number {
    const length = emitHeader(
      this.memory.bytes,
      this.resetOffset,
      this.#resetSegment,
      this.#context,
      numberBytes,
      0,
    );
    if (length > RESET_BYTES) throw new RangeError('reset too long');
    return length;
  }

  /**
   * Enough bytes for the peer to expand both numbers. The segment number: whatever the peer expects
   * next lies within what is unacknowledged. The acknowledgment: the peer's oldest unacknowledged
   * segment is behind by no more than our window, nor than all that was ever received. All of them
   * where no check would notice a wrong expansion.
   */
  #numberBytes(
    _held: SendLock,
    end: SegmentNumber,
    cumulativeAck: SegmentNumber,
    opening = this.segment.opening,
  ): NumberBytes {
    const { send } = this.memory;
    if (this.#context.integrity === Integrity.none && !opening) return 4;
    const next = segmentNumber(send[SendWord.sendNext]);
    const unacknowledged = segmentNumber(send[SendWord.sendUnacknowledged]);
    const outstanding = Math.max(distance(next, unacknowledged), distance(end, unacknowledged));
    const received = (cumulativeAck - this.settings.initialSegment) >>> 0;
    const behind = Math.min(received, this.memory.geometry.receiveSlots);
    return bytesNeeded(Math.max(outstanding, behind));
  }
}
