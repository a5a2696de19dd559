/**
 * A segment as a plain object with only what is present, all integers unsigned: the form of the test
 * vectors and of the arbitraries, to be compared and printed.
 */
import { Integrity, TokenKind, type Segment } from '#hawser/shared/wire/segment.js';
import { segmentNumber } from '#hawser/shared/wire/serial.js';

export interface PlainOpening {
  sourceConnectionId: number;
  sentAtMillis: number;
  maximumDatagramBytes: number;
  windowSegments: number;
  integrity: keyof typeof Integrity;
}

export interface PlainSegment {
  destinationConnectionId?: number;
  cumulativeAck?: number;
  segmentNumber?: number;
  fin?: true;
  acknowledgeNow?: true;
  opening?: PlainOpening;
  windowSegments?: number;
  duplicates?: number[];
  sack?: [start: number, end: number][];
  reset?: { reason: number; rejectedConnectionId: number };
  /** In hexadecimal. */
  token?: { kind: keyof typeof TokenKind; bytes: string };
  part?: { offset: number; totalBytes: number };
}

/** `tokenKindNames[kind]` is the kind's name. */
const tokenKindNames = Object.keys(TokenKind) as (keyof typeof TokenKind)[];

export function plain(segment: Segment): PlainSegment {
  const result: PlainSegment = {};
  if (segment.destinationConnectionId !== 0) {
    result.destinationConnectionId = segment.destinationConnectionId >>> 0;
    result.cumulativeAck = segment.cumulativeAck >>> 0;
  }
  if (segment.numbered) result.segmentNumber = segment.segmentNumber >>> 0;
  if (segment.fin) result.fin = true;
  if (segment.acknowledgeNow) result.acknowledgeNow = true;
  if (segment.opening) result.opening = plainOpening(segment);
  if (segment.windowSegments >= 0) result.windowSegments = segment.windowSegments;
  if (segment.duplicateCount > 0) {
    result.duplicates = Array.from(
      segment.duplicates.subarray(0, segment.duplicateCount),
      unsigned,
    );
  }
  if (segment.sackCount > 0) result.sack = plainSack(segment);
  if (segment.reset) {
    const rejectedConnectionId = segment.rejectedConnectionId >>> 0;
    result.reset = { reason: segment.resetReason, rejectedConnectionId };
  }
  if (segment.tokenKind >= 0) {
    const bytes = Buffer.from(segment.token.subarray(0, segment.tokenBytes)).toString('hex');
    result.token = { kind: tokenKindNames[segment.tokenKind], bytes };
  }
  if (segment.partOffset >= 0) {
    result.part = { offset: segment.partOffset, totalBytes: segment.partTotalBytes };
  }
  return result;
}

export function fill(into: Segment, from: PlainSegment): Segment {
  into.clear();
  into.destinationConnectionId = (from.destinationConnectionId ?? 0) | 0;
  into.cumulativeAck = segmentNumber(from.cumulativeAck ?? 0);
  into.numbered = from.segmentNumber !== undefined;
  into.segmentNumber = segmentNumber(from.segmentNumber ?? 0);
  into.fin = from.fin ?? false;
  into.acknowledgeNow = from.acknowledgeNow ?? false;
  if (from.opening) fillOpening(into, from.opening);
  into.windowSegments = from.windowSegments ?? -1;
  into.duplicateCount = from.duplicates?.length ?? 0;
  into.duplicates.set(from.duplicates ?? []);
  into.sackCount = from.sack?.length ?? 0;
  from.sack?.forEach(([start, end], i) => {
    into.sackStart[i] = start;
    into.sackEnd[i] = end;
  });
  if (from.reset) {
    into.reset = true;
    into.resetReason = from.reset.reason;
    into.rejectedConnectionId = from.reset.rejectedConnectionId | 0;
  }
  if (from.token) fillToken(into, from.token);
  if (from.part) {
    into.partOffset = from.part.offset;
    into.partTotalBytes = from.part.totalBytes;
  }
  return into;
}

function plainOpening(segment: Segment): PlainOpening {
  return {
    sourceConnectionId: segment.sourceConnectionId >>> 0,
    sentAtMillis: segment.sentAtMillis >>> 0,
    maximumDatagramBytes: segment.maximumDatagramBytes,
    windowSegments: segment.openingWindowSegments,
    integrity: segment.integrity === Integrity.none ? 'none' : 'crc32',
  };
}

function fillOpening(into: Segment, opening: PlainOpening): void {
  into.opening = true;
  into.sourceConnectionId = opening.sourceConnectionId | 0;
  into.sentAtMillis = opening.sentAtMillis | 0;
  into.maximumDatagramBytes = opening.maximumDatagramBytes;
  into.openingWindowSegments = opening.windowSegments;
  into.integrity = Integrity[opening.integrity];
}

function fillToken(into: Segment, token: NonNullable<PlainSegment['token']>): void {
  const bytes = Buffer.from(token.bytes, 'hex');
  into.tokenKind = TokenKind[token.kind];
  into.tokenBytes = bytes.length;
  into.token.set(bytes);
}

function plainSack(segment: Segment): [number, number][] {
  return Array.from({ length: segment.sackCount }, (_, i) => [
    segment.sackStart[i] >>> 0,
    segment.sackEnd[i] >>> 0,
  ]);
}

function unsigned(value: number): number {
  return value >>> 0;
}
