/** The process of one side of a long transfer: `node process.js '<EnduranceTask as JSON>'`. */
import { hostStreamers } from '#hawser/main/threads/streamer-host.js';
import { peakMegabytes } from '../support/usage.js';
import type { EnduranceOutcome, EnduranceTask } from './application.js';

const host = hostStreamers({ endpoints: 1, applications: 1 });
const outcome = await host.runApplication<EnduranceOutcome>(
  new URL('./application.js', import.meta.url),
  JSON.parse(process.argv[2]) as EnduranceTask,
);
await host.close();
console.log(JSON.stringify({ ...outcome, peakMegabytes: peakMegabytes() }));
