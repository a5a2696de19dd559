/** How much payload a segment cut now gets. Needs the send lock. */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { SendWord } from '../../memory/layout.js';
import { HEADER_RESERVE_BYTES } from '../../wire/segment.js';

/** Bytes, a multiple of 8: what the path carries, less the header, but no more than a slot holds. */
export function payloadLimit(memory: ConnectionMemory, _held: SendLock): number {
  return Math.min(payloadIn(memory.send[SendWord.pathDatagramBytes]), memory.geometry.slotBytes);
}

/** Payload of a datagram of this size; a multiple of 8, so that copies are quick. */
export function payloadIn(datagramBytes: number): number {
  return (datagramBytes - HEADER_RESERVE_BYTES) & ~7;
}
