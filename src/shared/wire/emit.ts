/**
 * Writes the header of a segment: `Segment` → bytes. Never allocates, never throws; what the caller
 * puts into the segment must be within the limits of `segment.ts`. Any thread, which owns the target.
 */
import { checkOf, hasCheck } from './check.js';
import * as control from './control.js';
import { MAX_DUPLICATES, type Integrity, type Segment } from './segment.js';
import type { NumberBytes } from './serial.js';
import { VARINT_MAX, varintLength, writeVarint, zigzag } from './varint.js';

/** What a connection's own headers depend on. */
export interface EmitContext {
  readonly localConnectionId: number;
  /** As agreed; CRC-32 until the peer's opening is known. */
  readonly integrity: Integrity;
}

/**
 * Writes the header at `target[offset]` and returns its length. The payload is to follow at once,
 * and `payloadCrc` is its CRC-32 (0 for none). `numberBytes` is the length of both truncated
 * numbers, see {@link bytesNeeded}.
 */
export function emitHeader(
  target: Uint8Array,
  offset: number,
  segment: Segment,
  context: EmitContext,
  numberBytes: NumberBytes,
  payloadCrc: number,
): number {
  const destination = segment.destinationConnectionId;
  const checked = hasCheck(context.integrity, segment.opening, destination);
  const extension = extensionOf(segment);
  target[offset] = controlOf(segment, extension, numberBytes);
  writeInteger(target, offset + control.DESTINATION_OFFSET, destination, 4);
  let at = offset + control.CHECK_OFFSET + (checked ? control.CHECK_BYTES : 0);
  if (extension !== 0) target[at++] = extension;
  if (destination !== 0) at = writeInteger(target, at, segment.cumulativeAck, numberBytes);
  if (segment.numbered) at = writeInteger(target, at, segment.segmentNumber, numberBytes);
  if (segment.opening) at = writeOpening(target, at, segment);
  if (extension !== 0) at = writeExtensions(target, at, segment);
  if (checked) {
    const check = checkOf(target, offset, at, segment, context.localConnectionId, payloadCrc);
    writeInteger(target, offset + control.CHECK_OFFSET, check, control.CHECK_BYTES);
  }
  return at - offset;
}

/** The header's length without its SACK ranges. */
export function headerLengthWithoutSack(
  segment: Segment,
  context: EmitContext,
  numberBytes: NumberBytes,
): number {
  const destination = segment.destinationConnectionId;
  let length = control.CHECK_OFFSET;
  if (hasCheck(context.integrity, segment.opening, destination)) length += control.CHECK_BYTES;
  if (extensionOf(segment) !== 0) length += 1;
  if (destination !== 0) length += numberBytes;
  if (segment.numbered) length += numberBytes;
  if (segment.opening) length += 11 + varintLength(segment.openingWindowSegments);
  if (segment.windowSegments >= 0) length += varintLength(segment.windowSegments);
  if (segment.duplicateCount > 0) length += duplicatesLength(segment);
  if (segment.reset) length += 5;
  if (segment.tokenKind >= 0) length += 1 + varintLength(segment.tokenBytes) + segment.tokenBytes;
  return segment.partOffset >= 0 ? length + partLength(segment) : length;
}

/**
 * Drops the highest SACK ranges, so that the header takes at most `maximumHeaderBytes`. Assumes that
 * the header without any fits; the ranges that stay are lower and so more urgent.
 */
export function trimSack(
  segment: Segment,
  context: EmitContext,
  numberBytes: NumberBytes,
  maximumHeaderBytes: number,
): void {
  if (segment.sackCount === 0) return;
  // Asked with the ranges still there, so that the extension byte they may bring is counted.
  const room = maximumHeaderBytes - headerLengthWithoutSack(segment, context, numberBytes);
  let rangesLength = 0;
  let previousEnd: number = segment.cumulativeAck;
  for (let i = 0; i < segment.sackCount; i++) {
    const gapCode = ((segment.sackStart[i] - previousEnd) | 0) - 1;
    const lengthCode = ((segment.sackEnd[i] - segment.sackStart[i]) | 0) - 1;
    rangesLength += varintLength(gapCode) + varintLength(lengthCode);
    if (varintLength(i + 1) + rangesLength > room || Math.max(gapCode, lengthCode) > VARINT_MAX) {
      segment.sackCount = i;
      return;
    }
    previousEnd = segment.sackEnd[i];
  }
}

function controlOf(segment: Segment, extension: number, numberBytes: NumberBytes): number {
  return (
    control.VERSION_BITS |
    (segment.opening ? control.HAS_OPENING : 0) |
    (segment.numbered ? control.HAS_NUMBER : 0) |
    (segment.fin ? control.IS_FIN : 0) |
    (extension === 0 ? 0 : control.HAS_EXTENSION) |
    (numberBytes - 1)
  );
}

function extensionOf(segment: Segment): number {
  return (
    (segment.windowSegments >= 0 ? control.HAS_WINDOW : 0) |
    (segment.sackCount > 0 ? control.HAS_SACK : 0) |
    (segment.duplicateCount > 0 ? control.HAS_DUPLICATES : 0) |
    (segment.acknowledgeNow ? control.ACKNOWLEDGE_NOW : 0) |
    (segment.reset ? control.IS_RESET : 0) |
    (segment.tokenKind >= 0 ? control.HAS_TOKEN : 0) |
    (segment.partOffset >= 0 ? control.IS_PART : 0)
  );
}

function writeOpening(target: Uint8Array, start: number, segment: Segment): number {
  let at = writeInteger(target, start, segment.sourceConnectionId, 4);
  at = writeInteger(target, at, segment.sentAtMillis, 4);
  at = writeInteger(target, at, segment.maximumDatagramBytes, 2);
  at = writeVarint(target, at, segment.openingWindowSegments);
  target[at] = segment.integrity;
  return at + 1;
}

function writeExtensions(target: Uint8Array, start: number, segment: Segment): number {
  let at = start;
  if (segment.windowSegments >= 0) at = writeVarint(target, at, segment.windowSegments);
  if (segment.duplicateCount > 0) at = writeDuplicates(target, at, segment);
  if (segment.sackCount > 0) at = writeSack(target, at, segment);
  if (segment.reset) {
    target[at] = segment.resetReason;
    at = writeInteger(target, at + 1, segment.rejectedConnectionId, 4);
  }
  if (segment.tokenKind >= 0) at = writeToken(target, at, segment);
  if (segment.partOffset >= 0) {
    at = writeVarint(target, at, segment.partOffset);
    at = writeVarint(target, at, segment.partTotalBytes);
  }
  return at;
}

function writeToken(target: Uint8Array, start: number, segment: Segment): number {
  target[start] = segment.tokenKind;
  const at = writeVarint(target, start + 1, segment.tokenBytes);
  for (let i = 0; i < segment.tokenBytes; i++) target[at + i] = segment.token[i];
  return at + segment.tokenBytes;
}

function partLength(segment: Segment): number {
  return varintLength(segment.partOffset) + varintLength(segment.partTotalBytes);
}

function duplicatesLength(segment: Segment): number {
  let length = varintLength(MAX_DUPLICATES);
  for (let i = 0; i < segment.duplicateCount; i++)
    length += varintLength(duplicateCode(segment, i));
  return length;
}

function writeDuplicates(target: Uint8Array, start: number, segment: Segment): number {
  let at = writeVarint(target, start, segment.duplicateCount);
  for (let i = 0; i < segment.duplicateCount; i++) {
    at = writeVarint(target, at, duplicateCode(segment, i));
  }
  return at;
}

function duplicateCode(segment: Segment, index: number): number {
  return zigzag((segment.cumulativeAck - segment.duplicates[index]) | 0);
}

function writeSack(target: Uint8Array, start: number, segment: Segment): number {
  let at = writeVarint(target, start, segment.sackCount);
  let previousEnd: number = segment.cumulativeAck;
  for (let i = 0; i < segment.sackCount; i++) {
    const gap = (segment.sackStart[i] - previousEnd) | 0;
    at = writeVarint(target, at, gap - 1);
    at = writeVarint(target, at, ((segment.sackEnd[i] - segment.sackStart[i]) | 0) - 1);
    previousEnd = segment.sackEnd[i];
  }
  return at;
}

function writeInteger(target: Uint8Array, start: number, value: number, bytes: number): number {
  let at = start;
  for (let shift = 8 * (bytes - 1); shift >= 0; shift -= 8) target[at++] = value >> shift;
  return at;
}
