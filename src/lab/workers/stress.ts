/**
 * Runs a program on real workers, many times, and counts how it ended. It finds what weak memory and
 * real timing do, and proves nothing.
 *
 * The program's memory exists in many instances. In a batch, every worker goes through all of them
 * in the same order, so that threads meet in some; the main thread resets and judges them between
 * batches.
 */
import { Worker } from 'node:worker_threads';
import { endingOf } from '../engine/checks.js';
import type { AnyProgram, Results } from '../program.js';
import { nextMessage } from './messages.js';
import { allocateReal, resetReal, type RealMemory } from './real-memory.js';
import type { StressBatch, StressResult, StressWorkerData } from './stress-worker.js';

export interface StressOptions {
  /** Runs of the program; default 20,000. */
  readonly rounds?: number | undefined;
  /** Stops earlier after so many seconds; default 10. */
  readonly maxSeconds?: number | undefined;
  /** A batch that takes longer is given up as hung; default 3,000 ms. */
  readonly hangMs?: number | undefined;
  readonly seed?: number | undefined;
  readonly onProgress?: ((rounds: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StressReport {
  readonly program: string;
  /** `failed` if a run failed a check, threw, hung or ended in an outcome not allowed. */
  readonly verdict: 'failed' | 'passed';
  readonly rounds: number;
  readonly elapsedMs: number;
  readonly seed: number;
  /** How often each outcome was seen. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** How often each failure was seen, by message. */
  readonly failures: Readonly<Record<string, number>>;
  /** Whether a batch did not come to an end: a deadlock, or a loop without end. */
  readonly hung: boolean;
}

const INSTANCES = 128;
const HUNG = Symbol('hung');

export async function stress(
  program: AnyProgram,
  options: StressOptions = {},
): Promise<StressReport> {
  const run = new StressRun(program, options);
  try {
    await run.ready();
    while (await run.batch());
  } finally {
    await run.stop();
  }
  return run.report();
}

class StressRun {
  readonly #instances: RealMemory[];
  readonly #workers: Worker[];
  readonly #gate: SharedArrayBuffer;
  readonly #outcomes: Record<string, number> = {};
  readonly #failures: Record<string, number> = {};
  readonly #started = performance.now();
  readonly #seed: number;
  #rounds = 0;
  #batches = 0;
  #hung = false;

  constructor(
    private readonly program: AnyProgram,
    private readonly options: StressOptions,
  ) {
    this.#seed = options.seed ?? 1;
    const count = Math.min(INSTANCES, options.rounds ?? INSTANCES);
    this.#gate = new SharedArrayBuffer(4 * (2 + program.threadNames.length));
    this.#instances = Array.from({ length: count }, () => allocateReal(program));
    this.#workers = program.threadNames.map((_, thread) => this.#start(thread));
  }

  async ready(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => nextMessage(worker)));
  }

  /** Runs every instance once; false if that was the last time. */
  async batch(): Promise<boolean> {
    for (const memory of this.#instances) resetReal(this.program, memory);
    const results = await this.#runBatch();
    if (results === HUNG) {
      this.#hung = true;
      count(this.#failures, `hung for ${this.#hangMs} ms`);
      return false;
    }
    this.#instances.forEach((memory, instance) => {
      this.#judge(memory, instance, results);
    });
    this.#rounds += this.#instances.length;
    this.options.onProgress?.(this.#rounds);
    return !this.#enough();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  report(): StressReport {
    return {
      program: this.program.name,
      verdict: Object.keys(this.#failures).length > 0 ? 'failed' : 'passed',
      rounds: this.#rounds,
      elapsedMs: performance.now() - this.#started,
      seed: this.#seed,
      outcomes: this.#outcomes,
      failures: this.#failures,
      hung: this.#hung,
    };
  }

  get #hangMs(): number {
    return this.options.hangMs ?? 3000;
  }

  #start(thread: number): Worker {
    const workerData: StressWorkerData = {
      source: this.program.source,
      thread,
      threads: this.program.threadNames.length,
      instances: this.#instances.map(({ buffers }) => buffers),
      gate: this.#gate,
    };
    return new Worker(new URL('./stress-worker.js', import.meta.url), { workerData });
  }

  async #runBatch(): Promise<StressResult[] | typeof HUNG> {
    this.#batches += 1;
    const batch: StressBatch = { batch: this.#batches, seed: this.#seed };
    const answers = this.#workers.map((worker) => nextMessage(worker) as Promise<StressResult>);
    for (const worker of this.#workers) worker.postMessage(batch);
    let timer: NodeJS.Timeout | undefined;
    const hung = new Promise<typeof HUNG>((resolve) => {
      timer = setTimeout(resolve, this.#hangMs, HUNG);
    });
    try {
      return await Promise.race([Promise.all(answers), hung]);
    } finally {
      clearTimeout(timer);
    }
  }

  #judge(memory: RealMemory, instance: number, answers: readonly StressResult[]): void {
    const errors = answers.flatMap(({ errors }) => errors[instance] ?? []);
    for (const error of errors) count(this.#failures, error);
    if (errors.length > 0) return;
    const results: Results = Object.fromEntries(
      this.program.threadNames.map((name, thread) => [name, answers[thread].results[instance]]),
    );
    const { outcome, failure } = endingOf(this.program, memory.shared, results);
    if (outcome !== undefined) count(this.#outcomes, outcome);
    if (failure !== undefined) count(this.#failures, failure.message);
  }

  #enough(): boolean {
    const { rounds = 20_000, maxSeconds = 10, signal } = this.options;
    const seconds = (performance.now() - this.#started) / 1000;
    return this.#rounds >= rounds || seconds >= maxSeconds || signal?.aborted === true;
  }
}

function count(histogram: Record<string, number>, key: string): void {
  histogram[key] = (histogram[key] ?? 0) + 1;
}
