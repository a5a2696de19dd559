/** One side of a measurement with many connections, in its own process. */
import type { EventContender } from '../contest/contenders.js';
import { announceListening } from '../contest/side.js';
import { runAtOnce } from './at-once.js';
import type { ManyTask } from './many.js';
import { runOpening } from './opening.js';
import { serveMany } from './server.js';

const WORKLOADS = { 'at-once': runAtOnce, opening: runOpening } as const;

export async function runMany(contender: EventContender, task: ManyTask): Promise<unknown> {
  if (contender.loadMany === undefined) throw new Error(`${contender.name} carries only one`);
  const many = await contender.loadMany();
  if (task.role === 'accepter') return serveMany(many, task, announceListening);
  const dialer = await many.dial(task);
  const outcome = await WORKLOADS[task.workload](dialer, task);
  await dialer.close();
  return outcome;
}
