/**
 * Reads a segment: bytes → `Segment`. Total: any bytes whatever give a result, without an exception
 * and without an allocation but the view that a native checksum takes. The listener's hot path; each
 * thread has a reader of its own.
 */
import { checkOf, hasCheck } from './check.js';
import { crc32 } from './checksum.js';
import * as control from './control.js';
import type { EmitContext } from './emit.js';
import { ParseResult } from './parse-result.js';
import { Reader } from './reader.js';
import {
  MAX_DUPLICATES,
  MAX_PAYLOAD_BYTES,
  MAX_SACK_RANGES,
  MAX_TOKEN_BYTES,
  MAX_WINDOW_SEGMENTS,
  MIN_MAXIMUM_DATAGRAM,
  Integrity,
  TokenKind,
  type Segment,
} from './segment.js';
import { advance, expand, FIRST_SEGMENT, type NumberBytes, type SegmentNumber } from './serial.js';
import { unzigzag } from './varint.js';

/** What the parser must know of the connection that a datagram may belong to. */
export interface ParseContext extends EmitContext {
  /** 0 while unknown; then only openings, and resets without destination, pass the check. */
  readonly peerConnectionId: number;
  /** RCV.NXT: segment numbers are expanded around it. */
  readonly receiveNext: SegmentNumber;
  /** SND.UNA: acknowledgments are expanded around it. */
  readonly sendUnacknowledged: SegmentNumber;
}

const reader = new Reader();

/**
 * Parses the datagram `bytes[start, end)`, into a segment whose contents are valid only if the
 * result is `ParseResult.ok`.
 */
export function parseSegment(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: ParseContext,
  into: Segment,
): ParseResult {
  reader.open(bytes, start, end);
  into.clear();
  const structure = parseStructure(context, into);
  if (structure !== ParseResult.ok) return structure;
  into.payloadStart = reader.position;
  into.payloadEnd = end;
  return verifyCheck(bytes, start, context, into) ? ParseResult.ok : ParseResult.checksum;
}

/** The connection that a datagram is for, unchecked; 0 if it names none or is too short to. */
export function destinationConnectionIdOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < control.ROUTING_BYTES) return 0;
  reader.open(bytes, start + control.DESTINATION_OFFSET, end);
  return reader.integer(4);
}

/**
 * Whether a segment for a connection that is not here may be answered with a reset. It cannot be
 * checked, so only its shape is looked at: too short for any segment, or a reset itself, is not.
 */
export function deservesReset(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < control.SHORTEST_ADDRESSED_BYTES) return false;
  const hasExtension = (bytes[start] & control.HAS_EXTENSION) !== 0;
  const extension = bytes[start + control.CHECK_OFFSET + control.CHECK_BYTES];
  return !hasExtension || (extension & control.IS_RESET) === 0;
}

function parseStructure(context: ParseContext, into: Segment): ParseResult {
  const controlByte = reader.byte();
  const destination = reader.integer(4);
  if (reader.hasFailed()) return ParseResult.truncated;
  if ((controlByte & control.VERSION_MASK) !== control.VERSION_BITS) return ParseResult.version;
  if (destination !== 0 && destination !== context.localConnectionId)
    return ParseResult.destination;
  into.destinationConnectionId = destination;
  const result = parseFixed(controlByte, context, into);
  if (result !== ParseResult.ok) return result;
  return judgePayload(reader.remaining, into);
}

/** Judges the bytes that follow the last field. */
function judgePayload(bytes: number, into: Segment): ParseResult {
  if (!into.numbered) {
    const mayFollow = bytes === 0 || into.tokenKind === TokenKind.challenge;
    return mayFollow ? ParseResult.ok : ParseResult.payloadWithoutNumber;
  }
  const part = into.partOffset >= 0;
  if (bytes === 0) return into.fin && !part ? ParseResult.ok : ParseResult.emptyData;
  const tooLong = part && into.partOffset + bytes > into.partTotalBytes;
  return tooLong ? ParseResult.partRange : ParseResult.ok;
}

/** From the check field to the opening block, then what the extension byte announces. */
function parseFixed(controlByte: number, context: ParseContext, into: Segment): ParseResult {
  const destination = into.destinationConnectionId;
  const numberBytes = ((controlByte & control.NUMBER_BYTES_MASK) + 1) as NumberBytes;
  into.numbered = (controlByte & control.HAS_NUMBER) !== 0;
  into.fin = (controlByte & control.IS_FIN) !== 0;
  into.opening = (controlByte & control.HAS_OPENING) !== 0;
  if (into.fin && !into.numbered) return ParseResult.finWithoutNumber;
  if (hasCheck(context.integrity, into.opening, destination)) reader.integer(control.CHECK_BYTES);
  else if (numberBytes !== 4) return ParseResult.numberLength;

  const hasExtension = (controlByte & control.HAS_EXTENSION) !== 0;
  const extension = hasExtension ? reader.byte() : 0;
  const acknowledgment = destination === 0 ? 0 : reader.integer(numberBytes);
  const number = into.numbered ? reader.integer(numberBytes) : 0;
  if (reader.hasFailed()) return ParseResult.truncated;
  if (hasExtension && extension === 0) return ParseResult.emptyExtension;
  const refusal = judgeExtension(extension, into);
  if (refusal !== ParseResult.ok) return refusal;
  into.cumulativeAck = expand(acknowledgment, numberBytes, context.sendUnacknowledged);
  if (into.opening) {
    const opening = parseOpening(into);
    if (opening !== ParseResult.ok) return opening;
  }
  into.segmentNumber = expand(number, numberBytes, numberReference(context, into));
  return extension === 0 ? ParseResult.ok : parseExtensions(extension, into);
}

/** What the peer has sent so far says nothing about one who only now opens in its place. */
function numberReference(context: ParseContext, into: Segment): SegmentNumber {
  const { peerConnectionId, receiveNext } = context;
  const newcomer = into.opening && into.sourceConnectionId !== peerConnectionId;
  return newcomer && peerConnectionId !== 0 ? FIRST_SEGMENT : receiveNext;
}

function judgeExtension(extension: number, into: Segment): ParseResult {
  if ((extension & control.RESERVED_BITS) !== 0) return ParseResult.reservedBit;
  into.acknowledgeNow = (extension & control.ACKNOWLEDGE_NOW) !== 0;
  into.reset = (extension & control.IS_RESET) !== 0;
  if (into.reset && (into.numbered || into.opening)) return ParseResult.resetWithOther;
  const part = (extension & control.IS_PART) !== 0;
  if (part && (!into.numbered || into.opening)) return ParseResult.partPlace;
  if (into.destinationConnectionId !== 0) return ParseResult.ok;
  if ((extension & control.NEEDS_ACK) !== 0) return ParseResult.reportWithoutAck;
  return into.opening || into.reset ? ParseResult.ok : ParseResult.noDestination;
}

function parseOpening(into: Segment): ParseResult {
  into.sourceConnectionId = reader.integer(4);
  into.sentAtMillis = reader.integer(4);
  into.maximumDatagramBytes = reader.integer(2);
  into.openingWindowSegments = reader.varint();
  const integrity = reader.byte();
  if (reader.hasFailed()) return ParseResult.truncated;
  if (into.sourceConnectionId === 0) return ParseResult.sourceId;
  if (into.maximumDatagramBytes < MIN_MAXIMUM_DATAGRAM) return ParseResult.maximumDatagram;
  const window = into.openingWindowSegments;
  if (window < 1 || window > MAX_WINDOW_SEGMENTS) return ParseResult.window;
  if (integrity !== Integrity.none && integrity !== Integrity.crc32) return ParseResult.integrity;
  into.integrity = integrity;
  return ParseResult.ok;
}

function parseExtensions(extension: number, into: Segment): ParseResult {
  let result: ParseResult = ParseResult.ok;
  if ((extension & control.HAS_WINDOW) !== 0) result = parseWindow(into);
  if (result === ParseResult.ok && (extension & control.HAS_DUPLICATES) !== 0) {
    result = parseDuplicates(into);
  }
  if (result === ParseResult.ok && (extension & control.HAS_SACK) !== 0) result = parseSack(into);
  if (result === ParseResult.ok && into.reset) result = parseReset(into);
  if (result === ParseResult.ok && (extension & control.HAS_TOKEN) !== 0) {
    result = parseToken(into);
  }
  if (result === ParseResult.ok && (extension & control.IS_PART) !== 0) result = parsePart(into);
  return result;
}

function parseWindow(into: Segment): ParseResult {
  into.windowSegments = reader.varint();
  if (reader.hasFailed()) return ParseResult.truncated;
  return into.windowSegments > MAX_WINDOW_SEGMENTS ? ParseResult.window : ParseResult.ok;
}

function parseDuplicates(into: Segment): ParseResult {
  const count = reader.varint();
  if (reader.hasFailed()) return ParseResult.truncated;
  if (count < 1 || count > MAX_DUPLICATES) return ParseResult.duplicateCount;
  for (let i = 0; i < count; i++) {
    into.duplicates[i] = advance(into.cumulativeAck, -unzigzag(reader.varint()));
  }
  into.duplicateCount = count;
  return reader.hasFailed() ? ParseResult.truncated : ParseResult.ok;
}

function parseSack(into: Segment): ParseResult {
  const count = reader.varint();
  if (reader.hasFailed()) return ParseResult.truncated;
  if (count < 1 || count > MAX_SACK_RANGES) return ParseResult.sackCount;
  // Distances from cumulativeAck: below 2^31 + 2^31, so they add up exactly.
  let ahead = 0;
  for (let i = 0; i < count; i++) {
    ahead += reader.varint() + 1;
    into.sackStart[i] = into.cumulativeAck + ahead;
    ahead += reader.varint() + 1;
    into.sackEnd[i] = into.cumulativeAck + ahead;
    if (ahead > 0x7fffffff) return ParseResult.sackRange;
  }
  into.sackCount = count;
  return reader.hasFailed() ? ParseResult.truncated : ParseResult.ok;
}

function parseReset(into: Segment): ParseResult {
  into.resetReason = reader.byte();
  into.rejectedConnectionId = reader.integer(4);
  if (reader.hasFailed()) return ParseResult.truncated;
  // Only its rejected ID says which connection a reset without destination is about.
  const aimless = into.destinationConnectionId === 0 && into.rejectedConnectionId === 0;
  return aimless ? ParseResult.rejectedId : ParseResult.ok;
}

function parseToken(into: Segment): ParseResult {
  const kind = reader.byte();
  const bytes = reader.varint();
  if (reader.hasFailed()) return ParseResult.truncated;
  if (kind > TokenKind.response) return ParseResult.tokenKind;
  if (bytes > MAX_TOKEN_BYTES) return ParseResult.tokenLength;
  for (let i = 0; i < bytes; i++) into.token[i] = reader.byte();
  if (reader.hasFailed()) return ParseResult.truncated;
  into.tokenKind = kind;
  into.tokenBytes = bytes;
  return mayCarryToken(into) ? ParseResult.ok : ParseResult.tokenPlace;
}

/** Data has no room for a token, a retry comes from nobody yet, and only an opening proves. */
function mayCarryToken(segment: Segment): boolean {
  if (segment.numbered || segment.reset) return false;
  if (segment.tokenKind === TokenKind.retry)
    return !segment.opening && segment.destinationConnectionId !== 0;
  return segment.tokenKind !== TokenKind.proof || segment.opening;
}

function parsePart(into: Segment): ParseResult {
  into.partOffset = reader.varint();
  into.partTotalBytes = reader.varint();
  if (reader.hasFailed()) return ParseResult.truncated;
  return into.partTotalBytes > MAX_PAYLOAD_BYTES ? ParseResult.partRange : ParseResult.ok;
}

function verifyCheck(
  bytes: Uint8Array,
  start: number,
  context: ParseContext,
  into: Segment,
): boolean {
  if (!hasCheck(context.integrity, into.opening, into.destinationConnectionId)) return true;
  const senderId = into.opening ? into.sourceConnectionId : context.peerConnectionId;
  const payloadCrc = crc32(bytes, into.payloadStart, into.payloadEnd, 0);
  const check = checkOf(bytes, start, into.payloadStart, into, senderId, payloadCrc);
  reader.open(bytes, start + control.CHECK_OFFSET, into.payloadStart);
  return reader.integer(control.CHECK_BYTES) === check;
}
