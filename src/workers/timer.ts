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
  while (!memory.stopRequested) {
    // The ticket before the deadlines: a ring in between ends the sleep at once.
    const ticket = memory.timerBell.ticket();
    const earliest = connection.expire(nowMicros());
    if (memory.stopRequested) return;
    memory.timerBell.wait(ticket, Math.max(0, earliest - nowMicros()) / 1e3);
  }
}
