/** Small pieces of shared memory for tests of one primitive each. */
import { allocateConnection, ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import type { Geometry } from '#hawser/shared/memory/layout.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';

export const SMALL: Geometry = { sendSlots: 4, receiveSlots: 4, slotBytes: 64 };

export function sharedWords(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}

export function endpointMemory(geometry: Geometry = SMALL): ConnectionMemory {
  return new ConnectionMemory(allocateConnection(geometry, TIMER_COUNT, 77), TIMER_COUNT);
}
