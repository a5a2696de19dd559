/**
 * What a segment counts for in windows and rates: its payload and a header of full length, so that
 * one with nothing but a FIN counts too. Needs the send lock, as the lengths do.
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { HEADER_STRIDE, SendWord } from '../../memory/layout.js';
import { payloadIn } from '../path-mtu/payload-limit.js';
import { FIN_BIT } from '../slot-states.js';

export function sizeOf(memory: ConnectionMemory, _held: SendLock, slot: number): number {
  return (memory.slotLength[slot] & ~FIN_BIT) + HEADER_STRIDE;
}

/** SMSS: of a full segment, as the path carries it now. */
export function fullSize({ geometry, send }: ConnectionMemory): number {
  const payload = Math.min(payloadIn(send[SendWord.pathDatagramBytes]), geometry.slotBytes);
  return payload + HEADER_STRIDE;
}

/** What ten segments of an Ethernet come to; the largest that RFC 6928 and RFC 9002 §7.2 allow. */
const INITIAL_WINDOW_BYTES = 14_720;
/** Ten segments of these count as much: they become larger as soon as the path is known. */
const ORDINARY_BYTES = 1_200;

export function initialWindow(memory: ConnectionMemory): number {
  const full = fullSize(memory);
  if (full < ORDINARY_BYTES) return 10 * full;
  return Math.max(2 * full, INITIAL_WINDOW_BYTES);
}
