/**
 * The check field: CRC-32 over payload, header without the check field, and a pseudo-header that is
 * never sent: the sender's connection ID and the two numbers at full length. A truncated number that
 * expands to the wrong one, and a datagram of another incarnation, fail this check.
 *
 * The payload comes first, so that a sender computes its CRC once and adds only the header at each
 * (re)transmission. Any thread.
 */
import { CHECK_BYTES, CHECK_OFFSET } from './control.js';
import { crc32, crc32Small, crc32Word } from './checksum.js';
import { TokenKind, type Segment } from './segment.js';

export const PSEUDO_HEADER_BYTES = 12;

/** The check of the header `bytes[start, headerEnd)` of `segment`, after a payload with `payloadCrc`. */
export function checkOf(
  bytes: Uint8Array,
  start: number,
  headerEnd: number,
  segment: Segment,
  senderConnectionId: number,
  payloadCrc: number,
): number {
  let crc = crc32Small(bytes, start, start + CHECK_OFFSET, payloadCrc);
  crc = crc32(bytes, start + CHECK_OFFSET + CHECK_BYTES, headerEnd, crc);
  const knowsNobody = segment.destinationConnectionId === 0;
  const retry = segment.tokenKind === TokenKind.retry;
  crc = crc32Word(retry || (segment.reset && knowsNobody) ? 0 : senderConnectionId, crc);
  crc = crc32Word(segment.numbered ? segment.segmentNumber : 0, crc);
  return crc32Word(retry || knowsNobody ? 0 : segment.cumulativeAck, crc);
}

/**
 * Whether a segment has a check field. An opening and a reset without destination have one whatever
 * was agreed: their receiver may not know of the agreement.
 */
export function hasCheck(integrity: number, opening: boolean, destination: number): boolean {
  return integrity !== 0 || opening || destination === 0;
}
