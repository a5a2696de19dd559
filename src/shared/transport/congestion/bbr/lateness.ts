/**
 * Where each datagram takes a time of its own the smallest RTT is no measure of how long they are
 * under way, and a longer one no sign of a queue. How much longer the late ones take is known: it is
 * the extent of the reordering. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, SendTime } from '../../../memory/layout.js';

/** A path that keeps order has an extent of less than this share of its RTT. */
const ORDERLY = 1 / 4;

export function lateness({ bbr, sendTimes }: ConnectionMemory, _held: SendLock): number {
  const extent = sendTimes[SendTime.reorderingExtent];
  return Math.max(0, extent - ORDERLY * bbr[BbrValue.minimumRtt]);
}
