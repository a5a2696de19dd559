/**
 * Turns the state of a connection into headers: for a segment in a slot into the header ring, for
 * one without into the scratch area. Needs the send lock; the acknowledgment fields are filled in
 * beforehand by whoever holds the receive lock.
 */
import {
  ConnectionWord,
  HEADER_STRIDE,
  ReceiveWord,
  SCRATCH_BYTES,
  SendWord,
} from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { emitHeader, type EmitContext, trimSack } from '../wire/emit.js';
import { Integrity, ResetReason, Segment, TokenKind } from '../wire/segment.js';
import {
  advance,
  bytesNeeded,
  distance,
  type NumberBytes,
  segmentNumber,
  type SegmentNumber,
} from '../wire/serial.js';
import { FIN_BIT } from './send-window.js';
import type { TransportSettings } from './settings.js';

/** Largest datagram without a slot; the rest of the scratch area is for resets. */
const EMPTY_SEGMENT_BYTES = 1472;
/** The largest datagram we accept, told in the opening. */
export const MAXIMUM_DATAGRAM_BYTES = 1472;

export class Composer {
  /** Everything but the number: the same for all segments of one run. */
  readonly segment = new Segment();
  readonly #context: EmitContext;
  readonly #resetSegment = new Segment();

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly settings: TransportSettings,
  ) {
    const localConnectionId = memory.words[ConnectionWord.localConnectionId];
    this.#context = { localConnectionId, integrity: Integrity.crc32 };
  }

  /** Sets what all segments sent now have in common, except the acknowledgment. */
  begin(_held: SendLock, nowMicros: number): void {
    const { segment, settings } = this;
    const { send } = this.memory;
    segment.clear();
    segment.destinationConnectionId = send[SendWord.peerConnectionId];
    // Until the peer has used our ID, every segment tells it.
    segment.opening = send[SendWord.peerKnowsUs] === 0;
    if (!segment.opening) return;
    segment.sourceConnectionId = this.#context.localConnectionId;
    segment.sentAtMillis = ((nowMicros + settings.wallClockOffsetMicros) / 1e3) | 0;
    segment.maximumDatagramBytes = MAXIMUM_DATAGRAM_BYTES;
    segment.openingWindowSegments = settings.windowSegments;
    segment.integrity = Integrity.crc32;
  }

  /** Writes the header of a slot's segment; returns its length. */
  data(held: SendLock, slot: number, number: SegmentNumber, askAtOnce: boolean): number {
    const { segment, memory } = this;
    segment.numbered = true;
    segment.segmentNumber = number;
    segment.fin = (memory.slotLength[slot] & FIN_BIT) !== 0;
    segment.acknowledgeNow = askAtOnce;
    return emitHeader(
      memory.bytes,
      this.headerOffset(slot),
      segment,
      this.#context,
      this.#numberBytes(held, advance(number, 1), segment.cumulativeAck),
      memory.slotChecksum[slot],
    );
  }

  /** Writes a segment without data into the scratch area; returns its length. */
  empty(held: SendLock, askAtOnce: boolean): number {
    const { segment, memory } = this;
    segment.numbered = false;
    segment.fin = false;
    segment.acknowledgeNow = askAtOnce;
    if (segment.opening) this.#proveAddress(held);
    const next = segmentNumber(memory.send[SendWord.sendNext]);
    const numberBytes = this.#numberBytes(held, next, segment.cumulativeAck);
    trimSack(segment, this.#context, numberBytes, EMPTY_SEGMENT_BYTES);
    return emitHeader(memory.bytes, this.emptyOffset, segment, this.#context, numberBytes, 0);
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
    reset.reset = true;
    reset.destinationConnectionId = this.memory.send[SendWord.peerConnectionId];
    reset.cumulativeAck = segmentNumber(Atomics.load(this.memory.receive, ReceiveWord.receiveNext));
    reset.resetReason = reason;
    reset.rejectedConnectionId = this.#context.localConnectionId;
    const next = segmentNumber(this.memory.send[SendWord.sendNext]);
    return this.#emitReset(this.#numberBytes(held, next, reset.cumulativeAck));
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

  #emitReset(numberBytes: NumberBytes): number {
    const length = emitHeader(
      this.memory.bytes,
      this.resetOffset,
      this.#resetSegment,
      this.#context,
      numberBytes,
      0,
    );
    if (length > SCRATCH_BYTES - EMPTY_SEGMENT_BYTES) throw new RangeError('reset too long');
    return length;
  }

  /**
   * Enough bytes for the peer to expand both numbers. The segment number: whatever the peer expects
   * next lies within what is unacknowledged. The acknowledgment: the peer's oldest unacknowledged
   * segment is behind by no more than our window, nor than all that was ever received.
   */
  #numberBytes(_held: SendLock, end: SegmentNumber, cumulativeAck: SegmentNumber): NumberBytes {
    const { send } = this.memory;
    const next = segmentNumber(send[SendWord.sendNext]);
    const unacknowledged = segmentNumber(send[SendWord.sendUnacknowledged]);
    const outstanding = Math.max(distance(next, unacknowledged), distance(end, unacknowledged));
    const received = (cumulativeAck - this.settings.initialSegment) >>> 0;
    const behind = Math.min(received, this.memory.geometry.receiveSlots);
    return bytesNeeded(Math.max(outstanding, behind));
  }
}
