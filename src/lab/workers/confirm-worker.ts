/**
 * A worker that is one thread of a program, forced through a schedule.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { buildShared } from '../engine/memory-realm.js';
import { RegionTable } from '../engine/region.js';
import { failureOf, type RunFailure } from '../engine/run-failure.js';
import { intercepting } from '../intercept/install.js';
import { trackedBuffer } from '../intercept/tracked.js';
import type { RunOptions } from '../options.js';
import { Gate } from './gate.js';
import { loadProgram, type ProgramSource } from './load-program.js';
import { FAILED, FINISHED, SharedSchedule } from './schedule.js';

export interface ConfirmWorkerData {
  readonly source: ProgramSource;
  readonly thread: number;
  readonly threads: number;
  readonly buffers: readonly SharedArrayBuffer[];
  readonly schedule: SharedArrayBuffer;
  readonly options: RunOptions;
}

export interface ConfirmResult {
  readonly result?: unknown;
  readonly failure?: RunFailure;
}

const data = workerData as ConfirmWorkerData;
const program = await loadProgram(data.source);
const gate = new Gate(new SharedSchedule(data.schedule, data.threads), data.thread, data.options);
const table = new RegionTable();
for (const buffer of data.buffers) table.adopt('', buffer);

const shared = intercepting(undefined, () =>
  buildShared(program, {
    buffer: (index) => trackedBuffer(table.regions[index]) as SharedArrayBuffer,
    label: () => undefined,
  }),
);

parentPort!.once('message', () => {
  parentPort!.postMessage(run());
});
parentPort!.postMessage('ready');

function run(): ConfirmResult {
  const name = program.threadNames[data.thread];
  try {
    const result = intercepting(gate, () =>
      program.threads[name](shared, { name, index: data.thread }),
    );
    gate.leave(FINISHED);
    return { result };
  } catch (error) {
    gate.leave(FAILED);
    return { failure: failureOf(error, 'thread') };
  }
}
