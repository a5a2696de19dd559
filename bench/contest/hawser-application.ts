/** The worker of a Hawser process: the blocking API blocks, so it has a thread of its own. */
import { connectHawser } from '../streams/hawser.js';
import { contenderNamed, isBlocking } from './contenders.js';
import { announceListening, runSide, type SideOutcome, type SideTask } from './side.js';

export default async function run(task: SideTask): Promise<SideOutcome> {
  const contender = contenderNamed(task.contender);
  if (!isBlocking(contender)) throw new Error(`${contender.name} does not block`);
  const stream = await connectHawser({ ...task, options: contender.options }, announceListening);
  return runSide(stream, task);
}
