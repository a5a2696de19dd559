/** The process of one side: `node process.js '<SideTask as JSON>'` prints its outcome as JSON. */
import { hostStreamers } from '#hawser/main/threads/streamer-host.js';
import { contenderNamed } from './contenders.js';
import { announceListening, runSide, type SideOutcome, type SideTask } from './side.js';

const task = JSON.parse(process.argv[2]) as SideTask;
const contender = contenderNamed(task.contender);
const outcome =
  contender.kind === 'hawser'
    ? await runHosted()
    : await runSide(await (await contender.load())(task, announceListening), task);
process.stdout.write(JSON.stringify(outcome), () => {
  process.exit();
});

async function runHosted(): Promise<SideOutcome> {
  const host = hostStreamers({ endpoints: 1, applications: 1 });
  const application = new URL('./hawser-application.js', import.meta.url);
  const result = await host.runApplication<SideOutcome>(application, task);
  await host.close();
  return result;
}
