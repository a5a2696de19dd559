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

/** The longest token, in bytes. */
export const MAX_TOKEN_BYTES = 64;

/** The largest payload of a segment that goes in parts: what the largest datagram could carry. */
export const MAX_PAYLOAD_BYTES = 0xffff - HEADER_RESERVE_BYTES;

/** What the bytes of a token block are for. */
export const TokenKind = {
  /** To one who opens: come again, with this. Its sender keeps nothing and has no ID yet. */
  retry: 0,
  /** In an opening: what a retry brought, so we are where we say we are (RFC 9000 §8.1). */
  proof: 1,
  /** Send this back (RFC 9000 §8.2); padded, it is a probe of the path's MTU. */
  challenge: 2,
  response: 3,
} as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

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
  full: 6,
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

  /** A {@link TokenKind}; -1 without a token block. */
  tokenKind = -1;
  readonly token = new Uint8Array(MAX_TOKEN_BYTES);
  tokenBytes = 0;

  /** Where in its segment's payload this part begins; -1 in a segment that is whole. */
  partOffset = -1;
  /** The payload bytes of the whole segment; meaningful in a part. */
  partTotalBytes = 0;

  /** Where the payload, or the padding, lies in the bytes that were parsed: [start, end). Not used to emit. */
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
    this.tokenKind = -1;
    this.partOffset = -1;
    this.payloadStart = 0;
    this.payloadEnd = 0;
  }
}
