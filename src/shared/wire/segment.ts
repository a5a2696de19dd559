/**
 * One segment in plain form: what `parseSegment` fills in and `emitHeader` writes out. One object a
 * thread is made and used again for every segment, so that the data path allocates nothing.
 *
 * Connection IDs, wall-clock milliseconds and CRCs are signed 32-bit integers (`| 0`).
 */
import { FIRST_SEGMENT, type SegmentNumber } from './serial.js';

export const VERSION = 1;

/** Ranges of selectively acknowledged segments that one segment can carry. */
export const MAX_SACK_RANGES = 512;

/** Segment numbers that one segment can report as received more than once. */
export const MAX_DUPLICATES = 16;

/** The largest receive window, in segments. */
export const MAX_WINDOW_SEGMENTS = 2 ** 22;

/** The smallest "maximum datagram" an opening may offer, in bytes of UDP payload. */
export const MIN_MAXIMUM_DATAGRAM = 512;

/** What a datagram that carries payload keeps free for its header. */
export const HEADER_RESERVE_BYTES = 32;

export const Integrity = { none: 0, crc32: 1 } as const;
export type Integrity = (typeof Integrity)[keyof typeof Integrity];

/** Why a connection is reset; any byte may arrive from a later version. */
export const ResetReason = {
  complete: 0,
  aborted: 1,
  protocolViolation: 2,
  unknownConnection: 3,
  idle: 4,
  refused: 5,
} as const;
export type ResetReason = (typeof ResetReason)[keyof typeof ResetReason];

export class Segment {
  /** 0: the sender does not know its peer yet, and acknowledges nothing. */
  destinationConnectionId = 0;

  /** The next segment expected (RCV.NXT); meaningful when the destination is not 0. */
  cumulativeAck: SegmentNumber = FIRST_SEGMENT;

  /** The segment has a number: it carries payload, or FIN, or both. */
  numbered = false;
  segmentNumber: SegmentNumber = FIRST_SEGMENT;

  /** The stream ends after this segment's payload. */
  fin = false;

  /** The receiver is asked to acknowledge at once. */
  acknowledgeNow = false;

  /** The opening block is present: the five fields that follow hold. */
  opening = false;
  sourceConnectionId = 0;
  sentAtMillis = 0;
  maximumDatagramBytes = 0;
  openingWindowSegments = 0;
  integrity: Integrity = Integrity.crc32;

  /** Segments the receiver can take from `cumulativeAck` on; -1: the full window of its opening. */
  windowSegments = -1;

  /** Segment numbers that arrived more than once. */
  readonly duplicates = new Int32Array(MAX_DUPLICATES);
  duplicateCount = 0;

  /** Ranges [start, end) received above `cumulativeAck`, ascending, with gaps between them. */
  readonly sackStart = new Int32Array(MAX_SACK_RANGES);
  readonly sackEnd = new Int32Array(MAX_SACK_RANGES);
  sackCount = 0;

  reset = false;
  resetReason = 0;
  rejectedConnectionId = 0;

  /** Where the payload lies in the bytes that were parsed: [start, end). Not used to emit. */
  payloadStart = 0;
  payloadEnd = 0;

  /** Back to a segment that carries nothing. */
  clear(): void {
    this.destinationConnectionId = 0;
    this.numbered = false;
    this.fin = false;
    this.acknowledgeNow = false;
    this.opening = false;
    this.windowSegments = -1;
    this.duplicateCount = 0;
    this.sackCount = 0;
    this.reset = false;
    this.payloadStart = 0;
    this.payloadEnd = 0;
  }
}
