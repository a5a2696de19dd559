/**
 * A schedule in shared memory, for workers that are forced through it, and where they are in it. Used
 * by the workers while their global `Atomics` is replaced, hence the native one.
 *
 * ```
 *   word 0            the step whose turn it is                      writer: whoever has the turn
 *   words 1 … n       what each of n workers is doing         writer: that worker
 *   then, a step:     thread, kind of operation, woken or asleep     writer: main thread, before
 * ```
 */
import { NativeAtomics } from '../intercept/natives.js';
import type { PlannedStep } from '../rerun.js';

// What a worker is doing. Numbers, because they are kept in shared memory.
export const RUNNING = 0;
/** Held back until it is its turn. */
export const HOLDING = 1;
export const ASLEEP = 2;
export const FINISHED = 3;
export const FAILED = 4;

const TURN = 0;
const WORKERS = 1;
const STEP_WORDS = 3;

export class SharedSchedule {
  readonly #words: Int32Array;

  constructor(
    readonly buffer: SharedArrayBuffer,
    readonly threads: number,
  ) {
    this.#words = new Int32Array(buffer);
  }

  static create(threads: number, steps: readonly PlannedStep[]): SharedSchedule {
    const length = WORKERS + threads + steps.length * STEP_WORDS;
    const schedule = new SharedSchedule(new SharedArrayBuffer(length * 4), threads);
    schedule.#words.set(
      steps.flatMap(({ thread, kind, count }) => [thread, kind, count]),
      WORKERS + threads,
    );
    return schedule;
  }

  get length(): number {
    return (this.#words.length - WORKERS - this.threads) / STEP_WORDS;
  }

  step(at: number): PlannedStep {
    const start = WORKERS + this.threads + at * STEP_WORDS;
    const [thread, kind, count] = this.#words.subarray(start, start + STEP_WORDS);
    return { thread, kind: kind, count };
  }

  turn(): number {
    return NativeAtomics.load(this.#words, TURN);
  }

  /** Only the thread whose turn it is. */
  endTurn(): void {
    NativeAtomics.add(this.#words, TURN, 1);
    NativeAtomics.notify(this.#words, TURN);
  }

  /** Blocks the worker while the turn is `turn`. */
  awaitTurnAfter(turn: number): void {
    NativeAtomics.wait(this.#words, TURN, turn);
  }

  doing(thread: number): number {
    return NativeAtomics.load(this.#words, WORKERS + thread);
  }

  setDoing(thread: number, doing: number): void {
    NativeAtomics.store(this.#words, WORKERS + thread, doing);
  }
}
