/**
 * What a segment counts for in windows and rates: its payload and a header of full length, so that
 * one with nothing but a FIN counts too. Needs the send lock, as the lengths do.
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { HEADER_STRIDE } from '../../memory/layout.js';
import { FIN_BIT } from '../send-window.js';

export function sizeOf(memory: ConnectionMemory, _held: SendLock, slot: number): number {
  return (memory.slotLength[slot] & ~FIN_BIT) + HEADER_STRIDE;
}

/** SMSS: of a full segment. */
export function fullSize({ geometry }: ConnectionMemory): number {
  return geometry.slotBytes + HEADER_STRIDE;
}

/** RFC 6928: ten segments, but not more than this if they are large, nor less than two. */
const INITIAL_WINDOW_LIMIT_BYTES = 14_720;

export function initialWindow(memory: ConnectionMemory): number {
  const full = fullSize(memory);
  return Math.max(2 * full, Math.min(10 * full, INITIAL_WINDOW_LIMIT_BYTES));
}
