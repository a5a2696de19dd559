/** What every worker of a stress test needs: its task, its pauses, and how it reports. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type RandomStream, randomStreams } from '#hawser/shared/net/random.js';

const LONGEST_SPIN = 400;
const NAP_MS = 0.05;

/**
 * Runs `body` with the task of this thread, and reports what it returns. On the main thread, where a
 * test imports the module for its types and numbers, it does nothing.
 */
export async function member(body: (task: never) => unknown): Promise<void> {
  if (isMainThread) return;
  const outcome = await body(workerData as never);
  parentPort?.postMessage(outcome);
}

/** Breaks the rhythm of a thread at random: mostly not at all, often for a few instructions, seldom for a time slice. */
export class Pauses {
  readonly random: RandomStream;
  readonly #private = new Int32Array(new SharedArrayBuffer(4));

  /** Each thread of one test takes another `stream` of the same seed. */
  constructor(seed: number, stream: number) {
    this.random = randomStreams(seed, stream + 1)[stream];
  }

  pause(): void {
    const dice = this.random.next();
    if (dice < 0.6) return;
    if (dice < 0.98) this.#spin(this.random.below(LONGEST_SPIN));
    else Atomics.wait(this.#private, 0, 0, NAP_MS);
  }

  #spin(turns: number): void {
    for (let turn = 0; turn < turns; turn++) Atomics.load(this.#private, 0);
  }
}
