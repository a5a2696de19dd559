/**
 * The timer: one thread for all deadlines of an endpoint. It sleeps until the earliest; whoever sets
 * an earlier one rings its bell.
 */
import { nowMicros } from '../shared/clock.js';
import type { EndpointTask } from '../shared/endpoint.js';
import { EndpointMemory } from '../shared/memory/endpoint-memory.js';
import { Connection } from '../shared/transport/connection.js';
import { TIMER_COUNT } from '../shared/transport/timers.js';

/** Returns when the endpoint is stopped. */
export default function timer(task: EndpointTask): void {
  const memory = new EndpointMemory(task.memory, TIMER_COUNT);
  const connection = new Connection(memory, task.settings);
  memory.noteThreadReady();
  keepTime(memory, connection, nowMicros);
}

/** The loop itself, by whatever clock; the lab has one that stands still. */
export function keepTime(memory: EndpointMemory, connection: Connection, now: () => number): void {
  while (!memory.stopRequested) {
    // The ticket before the deadlines: a ring in between ends the sleep at once.
    const ticket = memory.timerBell.ticket();
    const earliest = connection.expire(now());
    if (memory.stopRequested) return;
    memory.timerBell.wait(ticket, Math.max(0, earliest - now()) / 1e3);
  }
}
