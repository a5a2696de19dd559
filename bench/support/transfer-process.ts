/**
 * One process of a transfer: hosts the threads, runs the worker, prints its outcome as JSON.
 * `node transfer-process.js '<TransferTask as JSON>'`
 */
import { hostStreamers } from '#hawser/main/threads/streamer-host.js';
import { cpuSeconds, peakMegabytes } from './usage.js';
import type { TransferOutcome, TransferTask } from './transfer-application.js';

const host = hostStreamers({ endpoints: 1, applications: 1 });
const task = JSON.parse(process.argv[2]) as TransferTask;
const outcome = await host.runApplication<TransferOutcome>(
  new URL('./transfer-application.js', import.meta.url),
  task,
);
await host.close();
const usage = { cpuSeconds: cpuSeconds(), peakMegabytes: peakMegabytes() };
console.log(JSON.stringify({ ...outcome, ...usage }));
