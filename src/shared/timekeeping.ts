/**
 * The timer thread's loop, by whatever clock: the lab has one that stands still.
 */
import type { ConnectionMemory } from './memory/connection-memory.js';
import type { Connection } from './transport/connection.js';

/** Sleeps until the earliest deadline or a ring, runs what is due, and returns at the stop word. */
export function keepTime(
  memory: ConnectionMemory,
  connection: Connection,
  nowMicros: () => number,
): void {
  for (;;) {
    // The ticket before the stop word and the deadlines: a ring in between ends the sleep at once.
    const ticket = memory.timerBell.ticket();
    if (memory.stopRequested) return;
    const earliest = connection.expire(nowMicros());
    memory.timerBell.wait(ticket, Math.max(0, earliest - nowMicros()) / 1e3);
  }
}
