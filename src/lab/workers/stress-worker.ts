/**
 * A worker that is one thread of a program under stress: for each batch, runs its thread function on
 * every instance of the memory. Before each, it spins until the others are there too, but not for
 * long, for there may be fewer cores than threads; and then pauses for a short random time.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { RandomNumbers } from '../search/random-numbers.js';
import { loadProgram, type ProgramSource } from './load-program.js';
import { attachReal } from './real-memory.js';

export interface StressWorkerData {
  readonly source: ProgramSource;
  readonly thread: number;
  readonly threads: number;
  /** The buffers of each instance of the program's memory. */
  readonly instances: readonly (readonly SharedArrayBuffer[])[];
  /** Words: workers arrived in this batch, batches begun, and for each worker where it is. */
  readonly gate: SharedArrayBuffer;
}

export interface StressBatch {
  readonly batch: number;
  readonly seed: number;
}

/** By instance: what the thread returned, and the message of what it threw. */
export interface StressResult {
  readonly results: readonly unknown[];
  readonly errors: Readonly<Record<number, string>>;
}

const ARRIVED = 0;
const BEGUN = 1;
const POSITIONS = 2;
/** Turns of spinning before a worker goes on alone. */
const LONGEST_SPIN = 2000;
/** Empty turns of the random pause before each instance, at most. */
const LONGEST_PAUSE = 40;

const { source, thread, threads, instances, gate } = workerData as StressWorkerData;
const gateWords = new Int32Array(gate);
const program = await loadProgram(source);
const shared = instances.map((buffers) => attachReal(program, buffers));
const name = program.threadNames[thread];

parentPort!.on('message', ({ batch, seed }: StressBatch) => {
  const random = new RandomNumbers(seed * 1_000_003 + batch * 31 + thread);
  startTogether(batch);
  parentPort!.postMessage(runAll(batch, random));
});
parentPort!.postMessage('ready');

/** The last worker to arrive opens the gate for all. */
function startTogether(batch: number): void {
  if (Atomics.add(gateWords, ARRIVED, 1) === threads - 1) {
    Atomics.store(gateWords, ARRIVED, 0);
    Atomics.store(gateWords, BEGUN, batch);
    Atomics.notify(gateWords, BEGUN);
    return;
  }
  while (Atomics.load(gateWords, BEGUN) !== batch) Atomics.wait(gateWords, BEGUN, batch - 1);
}

function meetOthers(position: number): void {
  Atomics.store(gateWords, POSITIONS + thread, position);
  for (let turn = 0; turn < LONGEST_SPIN; turn += 1) {
    if (allHaveReached(position)) return;
  }
}

function allHaveReached(position: number): boolean {
  for (let other = 0; other < threads; other += 1) {
    if (Atomics.load(gateWords, POSITIONS + other) < position) return false;
  }
  return true;
}

function runAll(batch: number, random: RandomNumbers): StressResult {
  const results: unknown[] = [];
  const errors: Record<number, string> = {};
  shared.forEach((one, instance) => {
    meetOthers(batch * shared.length + instance);
    pause(random.below(LONGEST_PAUSE));
    try {
      results[instance] = program.threads[name](one, { name, index: thread });
    } catch (error) {
      errors[instance] = error instanceof Error ? error.message : String(error);
    }
  });
  return { results, errors };
}

function pause(turns: number): void {
  for (let turn = 0; turn < turns; turn += 1) Atomics.load(gateWords, BEGUN);
}
