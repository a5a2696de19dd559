/**
 * One process of a transfer: hosts the threads, runs the worker, prints its outcome as JSON.
 * `node transfer-process.js '<TransferTask as JSON>'`
 */
import { hostStreamers } from '#hawser/main/threads/streamer-host.js';
import type { TransferOutcome, TransferTask } from './transfer-application.js';

const host = hostStreamers({ endpoints: 1, applications: 1 });
const task = JSON.parse(process.argv[2]) as TransferTask;
const outcome = await host.runApplication<TransferOutcome>(
  new URL('./transfer-application.js', import.meta.url),
  task,
);
await host.close();
const { user, system } = process.cpuUsage();
const usage = {
  cpuSeconds: (user + system) / 1e6,
  peakMegabytes: process.resourceUsage().maxRSS / 1e3,
};
console.log(JSON.stringify({ ...outcome, ...usage }));
