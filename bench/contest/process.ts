/** The process of one side: `node process.js '<SideTask as JSON>'` prints its outcome as JSON. */
import { hostStreamers } from '#hawser/main/threads/streamer-host.js';
import { runMany } from '../many/run.js';
import { contenderNamed, type EventContender, isBlocking } from './contenders.js';
import {
  announceListening,
  type AnyTask,
  runSide,
  type SideOutcome,
  type SideTask,
} from './side.js';

const outcome = await run(JSON.parse(process.argv[2]) as AnyTask);
process.stdout.write(JSON.stringify(outcome), () => {
  process.exit();
});

async function run(task: AnyTask): Promise<unknown> {
  const contender = contenderNamed(task.contender);
  if (isBlocking(contender)) return runHosted(task as SideTask);
  return 'connections' in task ? runMany(contender, task) : runOne(contender, task);
}

async function runOne(contender: EventContender, task: SideTask): Promise<SideOutcome> {
  const connect = await contender.load();
  return runSide(await connect(task, announceListening), task);
}

async function runHosted(task: SideTask): Promise<SideOutcome> {
  const host = hostStreamers({ endpoints: 1, applications: 1 });
  const application = new URL('./hawser-application.js', import.meta.url);
  const result = await host.runApplication<SideOutcome>(application, task);
  await host.close();
  return result;
}
