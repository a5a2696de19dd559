/**
 * The timer: one thread for all deadlines of an endpoint. It sleeps until the earliest; whoever sets
 * an earlier one rings its bell.
 */
import { nowMicros } from '../shared/clock.js';
import { EndpointHandle, type EndpointTask } from '../shared/endpoint.js';
import { outletBesideListener } from '../shared/endpoint-port.js';
import { keepTime } from '../shared/timekeeping.js';
import { Connection } from '../shared/transport/connection.js';

/** Returns when the endpoint is stopped. */
export default function timer(task: EndpointTask): void {
  const endpoint = new EndpointHandle(task.memory);
  const { memory } = endpoint;
  const outlet = outletBesideListener(endpoint.route(), task, memory);
  const connection = new Connection(memory, task.settings, outlet);
  memory.noteThreadReady();
  keepTime(memory, connection, nowMicros);
}
