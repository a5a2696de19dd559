/**
 * Whether the sender makes use of its window: one that does not must not let it grow (RFC 9438 §5.8,
 * RFC 7661), for nothing has shown that the path bears more. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { CongestionValue } from '../../memory/layout.js';
import { fullSize } from './segment-size.js';

/** The window has held something back during the last round trip. */
export function isWindowLimited(memory: ConnectionMemory, _held: SendLock): boolean {
  const { congestion } = memory;
  const deliveredSince =
    congestion[CongestionValue.deliveredBytes] - congestion[CongestionValue.windowFilledAt];
  // The last segment of a flight may be larger than what was left of the window.
  return deliveredSince <= congestion[CongestionValue.windowBytes] + 2 * fullSize(memory);
}
