/**
 * What a segment counts for in windows and rates: its payload and a header of full length, so that
 * one with nothing but a FIN counts too. Needs the send lock, as the lengths do.
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { HEADER_STRIDE, SendWord } from '../../memory/layout.js';
import { payloadIn } from '../path-mtu/payload-limit.js';
import { FIN_BIT } from '../send-window.js';

export function sizeOf(memory: ConnectionMemory, _held: SendLock, slot: number): number {
  return (memory.slotLength[slot] & ~FIN_BIT) + HEADER_STRIDE;
}

/** SMSS: of a full segment, as the path carries it now. */
export function fullSize({ geometry, send }: ConnectionMemory): number {
  const payload = Math.min(payloadIn(send[SendWord.pathDatagramBytes]), geometry.slotBytes);
  return payload + HEADER_STRIDE;
}

/** RFC 6928: ten segments, but not more than this if they are large, nor less than two. */
const INITIAL_WINDOW_LIMIT_BYTES = 14_720;

export function initialWindow(memory: ConnectionMemory): number {
  const full = fullSize(memory);
  return Math.max(2 * full, Math.min(10 * full, INITIAL_WINDOW_LIMIT_BYTES));
}
