/**
 * The sink of a worker that is forced through a schedule: it does each operation for real, when it
 * is its turn. Runs in a worker.
 *
 * A turn lasts from the operation to the thread's next one, as a step does in the explorer. A
 * sleeper has ended its turn before it really sleeps, so a notify is repeated until it has woken as
 * many as the schedule says.
 */
import { applyBulk, applyElement } from '../engine/effects.js';
import { Kind, Operation } from '../engine/operation.js';
import { NativeAtomics, type TypedArray } from '../intercept/natives.js';
import type { AtomicKind, Sink } from '../intercept/sink.js';
import type { TrackedView } from '../intercept/tracked.js';
import type { RunOptions } from '../options.js';
import type { PlannedStep } from '../rerun.js';
import { ASLEEP, HOLDING, RUNNING, type SharedSchedule } from './schedule.js';

const NO_JOURNAL = { save: (): void => undefined };

type WaitableArray = Int32Array & BigInt64Array;

export class Gate implements Sink {
  #hasTurn = false;

  constructor(
    private readonly schedule: SharedSchedule,
    private readonly thread: number,
    private readonly options: RunOptions,
  ) {}

  /** The thread has returned or thrown. */
  leave(doing: number): void {
    this.#setDoing(doing);
    this.#endTurn();
  }

  atomic(kind: AtomicKind, view: TrackedView, index: number, a: unknown, b: unknown): unknown {
    return this.#atTurn(new Operation(kind, view, index, a, b));
  }

  wait(view: TrackedView, index: number, expected: unknown, timeoutMs: number): string {
    const step = this.#takeTurn();
    const words = view.raw as WaitableArray;
    if (step.count === 0) return NativeAtomics.wait(words, index, expected as never, 0);
    this.#setDoing(ASLEEP);
    const timesOut = this.#willTimeOut();
    this.#endTurn();
    if (timesOut && Number.isFinite(timeoutMs)) {
      this.#takeTurn();
      this.#setDoing(RUNNING);
      return 'timed-out';
    }
    const result = NativeAtomics.wait(words, index, expected as never);
    this.#setDoing(RUNNING);
    return result;
  }

  notify(view: TrackedView, index: number): number {
    const { count } = this.#takeTurn();
    let woken = 0;
    while (woken < count) {
      woken += NativeAtomics.notify(view.raw as WaitableArray, index, count - woken);
    }
    return woken;
  }

  read(view: TrackedView, index: number): unknown {
    return this.#plain(new Operation(Kind.PlainRead, view, index, undefined, undefined));
  }

  write(view: TrackedView, index: number, value: unknown): void {
    this.#plain(new Operation(Kind.PlainWrite, view, index, value, undefined));
  }

  readRange(view: TrackedView, start: number, end: number): TypedArray {
    const copy = view.raw.slice(start, end) as Int32Array;
    if (this.#splits()) {
      for (let at = start; at < end; at += 1) copy[at - start] = this.read(view, at) as number;
      return copy;
    }
    if (end <= start) return copy;
    const operation = new Operation(Kind.BulkRead, view, start, undefined, undefined, end - start);
    return this.#plain(operation) as TypedArray;
  }

  writeRange(view: TrackedView, start: number, source: ArrayLike<number | bigint>): void {
    const { length } = source;
    if (this.#splits()) {
      for (let at = 0; at < length; at += 1) this.write(view, start + at, source[at]);
    } else if (length > 0) {
      this.#plain(new Operation(Kind.BulkWrite, view, start, source, undefined, length));
    }
  }

  #splits(): boolean {
    return this.options.plain === 'interleaved' && this.options.splitBulk;
  }

  #plain(operation: Operation): unknown {
    if (this.options.plain === 'interleaved') return this.#atTurn(operation);
    return this.#apply(operation);
  }

  #atTurn(operation: Operation): unknown {
    this.#takeTurn();
    return this.#apply(operation);
  }

  #apply(operation: Operation): unknown {
    const bulk = operation.kind >= Kind.BulkRead;
    return bulk ? applyBulk(operation, NO_JOURNAL) : applyElement(operation, NO_JOURNAL);
  }

  /** Blocks until it is this thread's turn; for ever if the schedule has no more turn for it. */
  #takeTurn(): PlannedStep {
    this.#setDoing(HOLDING);
    this.#endTurn();
    for (;;) {
      const turn = this.schedule.turn();
      const step = turn < this.schedule.length ? this.schedule.step(turn) : undefined;
      if (step?.thread === this.thread) {
        this.#hasTurn = true;
        this.#setDoing(RUNNING);
        return step;
      }
      this.schedule.awaitTurnAfter(turn);
    }
  }

  #endTurn(): void {
    if (!this.#hasTurn) return;
    this.#hasTurn = false;
    this.schedule.endTurn();
  }

  /** Whether the next step of this thread is the time-out of the wait it is about to begin. */
  #willTimeOut(): boolean {
    for (let at = this.schedule.turn() + 1; at < this.schedule.length; at += 1) {
      const step = this.schedule.step(at);
      if (step.thread === this.thread) return step.kind === (Kind.Timeout as number);
    }
    return false;
  }

  #setDoing(doing: number): void {
    this.schedule.setDoing(this.thread, doing);
  }
}
