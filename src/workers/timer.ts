/**
 * The timer: one thread for all deadlines of an endpoint. It sleeps until the earliest; whoever sets
 * an earlier one calls it.
 */
import { nowMicros } from '../shared/clock.js';
import { EndpointHandle } from '../shared/endpoint/handle.js';
import { portBesideListener } from '../shared/endpoint/outlets.js';
import type { RoleTask } from '../shared/endpoint/task.js';
import { ThreadSide } from '../shared/endpoint/thread-side.js';
import { Timekeeper } from '../shared/endpoint/timekeeping.js';
import { timerMail } from '../shared/endpoint/timer-mail.js';

/** Returns when the endpoint is stopped. */
export default function timer(task: RoleTask): void {
  const endpoint = new EndpointHandle(task);
  const { memory } = endpoint;
  const port = portBesideListener(endpoint.route(), task, memory);
  const side = new ThreadSide(memory, task, port, () => !memory.stopRequested);
  const keeper = new Timekeeper(memory, nowMicros, timerMail(task.mail, side));
  if (task.only !== undefined) keeper.add(side.berth(task.only));
  memory.noteThreadReady();
  keeper.run();
}
