/**
 * Runs a program's threads as virtual threads on the calling thread, one step at a time, in the order
 * a {@link Strategy} chooses; and goes back to any earlier step.
 *
 * There are no coroutines to suspend an unmodified function with. So a thread is suspended by
 * throwing a constant out of its operation, and resumed by running it again from the start, with
 * the results of its operations so far given to it from its log. A step is the operation the thread
 * stood in front of, and its code up to the next one.
 */
import type { AtomicKind, Sink } from '../intercept/sink.js';
import type { TypedArray } from '../intercept/natives.js';
import type { TrackedView } from '../intercept/tracked.js';
import type { RunOptions } from '../options.js';
import type { AnyProgram, Results, ThreadFunction } from '../program.js';
import { endingOf, invariantFailure } from './checks.js';
import { applyBulk, applyElement } from './effects.js';
import { Image } from './image.js';
import { Journal } from './journal.js';
import { Kind, Operation, sameOperand, signature } from './operation.js';
import { happensBefore } from './ordering.js';
import { RaceDetector } from './race-detector.js';
import { failureOf, type RunFailure } from './run-failure.js';
import { finalLoop, recurrence, type Loop } from './rounds.js';
import { Spinning } from './spinning.js';
import { GIVE_UP, type Strategy } from './strategy.js';
import { Status, Threads } from './threads.js';

/** Thrown to suspend a thread; a constant, because an Error costs six times as much. */
const SUSPEND = Symbol('suspended by the explorer');

/** Sees what happens in a run; see the trace recorder. */
export interface Observer {
  operated(machine: Machine, thread: number, operation: Operation, result: unknown): void;
  asleep(machine: Machine, thread: number, operation: Operation): void;
  woken(machine: Machine, thread: number, operation: Operation, result: string): void;
}

export class Machine implements Sink {
  readonly journal = new Journal();
  readonly image: Image;
  readonly threads: Threads;
  readonly threadNames: readonly string[];
  /** Steps done in the present run. */
  depth = 0;
  /** By depth: who did the step, and what it was. */
  readonly stepThread: number[] = [];
  readonly stepOperation: Operation[] = [];
  /** By depth: whether plain writes came with the step that are no steps of their own. */
  readonly stepWritesPlainly: boolean[] = [];
  /** Steps done in all runs together. */
  totalSteps = 0;
  failure: RunFailure | undefined;
  /** The outcome of a completed run, if the program names outcomes. */
  outcome: string | undefined;
  /** Whether the strategy gave the present run up. */
  gaveUp = false;
  observer: Observer | undefined;
  /** Whether to look out for states that recur; costs a look back at every step. */
  watchesLoops = false;
  /** The first loop seen in the present run, which may or may not be endless. */
  loop: Loop | undefined;
  readonly spinning: Spinning;

  readonly #functions: ThreadFunction<unknown>[];
  readonly #marks: number[] = [];
  readonly #objectMarks: number[] = [];
  readonly #races: RaceDetector | undefined;
  #initialFailure: RunFailure | undefined;
  #strategy!: Strategy;
  #next = GIVE_UP;
  // The thread that is being run, and how: the position in its log; whether it was resumed to do its
  // pending operation; whether it is only run up to its next one; whether it is being suspended.
  #current = 0;
  #cursor = 0;
  #granted = false;
  #probing = false;
  #unwinding = false;

  /** Must be called with operations going to nobody; see `intercepting`. */
  constructor(
    readonly program: AnyProgram,
    readonly options: RunOptions,
  ) {
    this.image = new Image(program, this.journal);
    this.threadNames = program.threadNames;
    this.#functions = Object.values(program.threads) as ThreadFunction<unknown>[];
    this.threads = new Threads(this.journal, this.threadNames.length);
    this.spinning = new Spinning(this.journal, this.threads);
    if (options.races === 'fail') {
      const { byteLength } = this.image.table;
      this.#races = new RaceDetector(this.journal, this.threadNames.length, byteLength);
    }
  }

  /** Runs every thread up to its first operation. To be called once, intercepting, before `run`. */
  start(): void {
    for (let thread = 0; thread < this.threads.count; thread += 1) {
      if (this.failure === undefined) this.#enter(thread, false, true);
    }
    this.#initialFailure = this.failure;
  }

  /** One schedule, from the present state to its end. */
  run(strategy: Strategy): void {
    this.#strategy = strategy;
    this.gaveUp = false;
    let next = this.#choose();
    while (next !== GIVE_UP) {
      this.#next = GIVE_UP;
      if (this.threads.status.values[next] === Status.Sleeping) this.#timeOut(next);
      else this.#enter(next, true, false);
      next = this.#next;
    }
  }

  /** Goes back to the state after `depth` steps. */
  rewind(depth: number): void {
    if (depth < this.depth) this.journal.rewind(this.#marks[depth], this.#objectMarks[depth]);
    this.depth = depth;
    this.failure = this.#initialFailure;
    this.outcome = undefined;
    this.loop = undefined;
  }

  /** Whether the shared memory is what it was before step `depth`. */
  memoryIsAsBefore(depth: number): boolean {
    return this.journal.unchangedSince(this.#marks[depth], this.image.memory.at(-1)!.id);
  }

  get lastThread(): number {
    return this.depth > 0 ? this.stepThread[this.depth - 1] : -1;
  }

  /** The threads that can take a step now, as bits. */
  enabled(): number {
    const { threads, options, spinning } = this;
    const ready = threads.withStatus(Status.Ready);
    if (options.timeouts === 'any') {
      return spinning.withoutSpinning(ready | threads.ableToTimeOut(), this.lastThread);
    }
    // Threads that spin wait for somebody else, just like those asleep.
    if (options.timeouts === 'idle' && (ready === 0 || spinning.allSpin(ready))) {
      const sleepers = threads.ableToTimeOut();
      if (sleepers !== 0) return sleepers;
    }
    return spinning.withoutSpinning(ready, this.lastThread);
  }

  results(): Results {
    const returned = this.threads.returned.values;
    return Object.fromEntries(this.threadNames.map((name, thread) => [name, returned[thread]]));
  }

  // The sink: what the intercepted operations of the running thread call.

  atomic(kind: AtomicKind, view: TrackedView, index: number, a: unknown, b: unknown): unknown {
    if (this.#replaying()) return this.#replayed(kind, view, index, a);
    if (!(index >= 0 && index < view.length)) throw new RangeError('invalid atomic access index');
    return this.#element(new Operation(kind, view, index, a, b));
  }

  wait(view: TrackedView, index: number, expected: unknown, timeoutMs: number): string {
    if (this.#replaying()) return this.#replayed(Kind.Wait, view, index, expected) as string;
    const operation = new Operation(Kind.Wait, view, index, expected, timeoutMs);
    this.#arriveAt(operation);
    this.#beginStep(this.#current, operation);
    this.#order(operation, undefined);
    if (view.elements[index] !== expected) return this.#done(operation, 'not-equal') as string;
    return this.#sleep(operation, timeoutMs);
  }

  notify(view: TrackedView, index: number, count: number): number {
    if (this.#replaying()) return this.#replayed(Kind.Notify, view, index, count) as number;
    const operation = new Operation(Kind.Notify, view, index, count, undefined);
    this.#arriveAt(operation);
    this.#beginStep(this.#current, operation);
    this.#order(operation, undefined);
    const sleepers = this.threads.sleepersOn(operation.start).slice(0, Math.max(0, count));
    this.#done(operation, sleepers.length);
    for (const thread of sleepers) this.#wake(thread, 'ok');
    if (this.failure !== undefined) this.#suspend();
    return sleepers.length;
  }

  read(view: TrackedView, index: number): unknown {
    if (this.#replaying()) return this.#replayed(Kind.PlainRead, view, index, undefined);
    return this.#plain(new Operation(Kind.PlainRead, view, index, undefined, undefined));
  }

  write(view: TrackedView, index: number, value: unknown): void {
    if (this.#replaying()) this.#replayed(Kind.PlainWrite, view, index, value);
    else this.#plain(new Operation(Kind.PlainWrite, view, index, value, undefined));
  }

  readRange(view: TrackedView, start: number, end: number): TypedArray {
    const count = end - start;
    if (this.#splits()) {
      const copy = view.raw.slice(0, count) as Int32Array;
      for (let at = 0; at < count; at += 1) copy[at] = this.read(view, start + at) as number;
      return copy;
    }
    if (count <= 0) return view.raw.slice(0, 0);
    const result = this.#replaying()
      ? this.#replayed(Kind.BulkRead, view, start, undefined)
      : this.#plain(new Operation(Kind.BulkRead, view, start, undefined, undefined, count));
    // A copy of its own for every run: the thread may change it.
    return (result as TypedArray).slice();
  }

  writeRange(view: TrackedView, start: number, source: ArrayLike<number | bigint>): void {
    const count = source.length;
    if (this.#splits()) {
      for (let at = 0; at < count; at += 1) this.write(view, start + at, source[at]);
    } else if (count > 0) {
      if (this.#replaying()) this.#replayed(Kind.BulkWrite, view, start, source);
      else this.#plain(new Operation(Kind.BulkWrite, view, start, source, undefined, count));
    }
  }

  #splits(): boolean {
    return this.options.plain === 'interleaved' && this.options.splitBulk;
  }

  #replaying(): boolean {
    return this.#cursor < this.threads.logLength.values[this.#current];
  }

  #replayed(kind: Kind, view: TrackedView, index: number, operand: unknown): unknown {
    const { threads } = this;
    const thread = this.#current;
    const at = this.#cursor;
    const same =
      threads.signatures[thread][at] === signature(kind, view.base + index * view.size) &&
      sameOperand(threads.operands[thread][at], operand);
    if (!same) this.#diverged(`does something else at operation ${at + 1} when it is run again`);
    this.#cursor = at + 1;
    return threads.results[thread][at];
  }

  #element(operation: Operation): unknown {
    this.#arriveAt(operation);
    this.#beginStep(this.#current, operation);
    return this.#apply(operation);
  }

  #plain(operation: Operation): unknown {
    if (this.options.plain === 'interleaved') return this.#element(operation);
    if (this.#unwinding) this.#suspend();
    if (this.#granted) this.#diverged('goes on elsewhere when it is run again');
    if (operation.writes && this.depth > 0) this.stepWritesPlainly[this.depth - 1] = true;
    return this.#apply(operation);
  }

  #apply(operation: Operation): unknown {
    const memory = this.image.memory[operation.view.region.id];
    const bulk = operation.kind >= Kind.BulkRead;
    const result = bulk ? applyBulk(operation, memory) : applyElement(operation, memory);
    this.#order(operation, result);
    return this.#done(operation, result);
  }

  #done(operation: Operation, result: unknown): unknown {
    this.threads.log(this.#current, operation.signature, operation.a, result);
    this.#cursor += 1;
    this.spinning.operated(this.#current, operation, result);
    this.observer?.operated(this, this.#current, operation, result);
    if (this.failure !== undefined) this.#suspend();
    return result;
  }

  /** Returns when it is the running thread's turn to do `operation`. */
  #arriveAt(operation: Operation): void {
    if (this.#unwinding) this.#suspend();
    const thread = this.#current;
    if (this.#granted) {
      this.#granted = false;
      if (this.threads.pending.values[thread]!.matches(operation)) return;
      this.#diverged('goes on with another operation when it is run again');
    }
    this.threads.pending.set(thread, operation);
    if (this.#probing) this.#suspend();
    const next = this.#endStep();
    if (next === thread) return;
    this.#next = next;
    this.#suspend();
  }

  #beginStep(thread: number, operation: Operation): void {
    const { depth } = this;
    this.#marks[depth] = this.journal.mark;
    this.#objectMarks[depth] = this.journal.objectMark;
    this.stepThread[depth] = thread;
    this.stepOperation[depth] = operation;
    this.stepWritesPlainly[depth] = false;
    this.depth = depth + 1;
    this.totalSteps += 1;
  }

  /** The step is over: is all well, and who is next? */
  #endStep(): number {
    if (this.failure === undefined && this.program.invariant !== undefined) {
      this.failure = invariantFailure(this.program, this.image.observed);
    }
    const thread = this.stepThread[this.depth - 1];
    this.spinning.stepped(thread, this.depth < 2 || this.stepThread[this.depth - 2] !== thread);
    if (this.watchesLoops) this.loop ??= recurrence(this);
    this.#strategy.stepped?.(this);
    return this.#choose();
  }

  #choose(): number {
    if (this.failure !== undefined) return GIVE_UP;
    const enabled = this.enabled();
    if (enabled === 0) return this.#end();
    if (this.depth >= this.options.maxSteps) {
      this.failure = this.#tooLong();
      return GIVE_UP;
    }
    const next = this.#strategy.choose(this, enabled);
    this.gaveUp = next === GIVE_UP;
    return next;
  }

  #tooLong(): RunFailure {
    const loop = finalLoop(this);
    if (loop === undefined) {
      return { kind: 'step-limit', message: `not finished after ${this.depth} steps` };
    }
    const message = `the last ${loop.period} steps repeat for ever`;
    return { kind: 'livelock', message, loop };
  }

  #end(): number {
    const sleeping = this.threads.withStatus(Status.Sleeping);
    if (sleeping !== 0) {
      const names = this.threadNames.filter((_, thread) => (sleeping & (1 << thread)) !== 0);
      const message = `${names.join(', ')} asleep, and nobody left to wake ${names.length > 1 ? 'them' : 'it'}`;
      this.failure = { kind: 'deadlock', message };
    } else {
      const ending = endingOf(this.program, this.image.observed, this.results());
      this.outcome = ending.outcome;
      this.failure = ending.failure;
    }
    return GIVE_UP;
  }

  #sleep(operation: Operation, timeoutMs: number): never {
    const { view, index } = operation;
    const timeout = Number.isFinite(timeoutMs)
      ? new Operation(Kind.Timeout, view, index, undefined, undefined)
      : undefined;
    this.threads.fallAsleep(this.#current, operation, timeout);
    this.observer?.asleep(this, this.#current, operation);
    this.#next = this.#endStep();
    this.#suspend();
  }

  #timeOut(thread: number): void {
    const operation = this.threads.pending.values[thread]!;
    this.#beginStep(thread, operation);
    this.#current = thread;
    this.#order(operation, undefined);
    this.threads.wakeUp(thread, 'timed-out');
    this.observer?.woken(this, thread, operation, 'timed-out');
    this.#enter(thread, false, false);
  }

  /** Wakes `thread` in the middle of a step of another one, and runs it up to its next operation. */
  #wake(thread: number, result: string): void {
    const current = this.#current;
    const cursor = this.#cursor;
    const wait = this.threads.sleepsIn.values[thread]!;
    this.threads.wakeUp(thread, result);
    this.threads.wokenAt.set(thread, this.depth);
    this.#races?.waiterList(thread, wait.start);
    this.observer?.woken(this, thread, wait, result);
    this.#enter(thread, false, true);
    this.#current = current;
    this.#cursor = cursor;
    this.#granted = false;
    this.#probing = false;
    this.#unwinding = false;
  }

  #enter(thread: number, granted: boolean, probing: boolean): void {
    this.#current = thread;
    this.#cursor = 0;
    this.#granted = granted;
    this.#probing = probing;
    this.#unwinding = false;
    const context = { name: this.threadNames[thread], index: thread };
    try {
      const result = this.#functions[thread](this.image.tracked, context);
      // A thread that catches everything comes here although it was suspended.
      if (!this.#unwinding) this.#finished(result);
    } catch (error) {
      if (!this.#unwinding) this.#threw(error);
    }
  }

  #finished(result: unknown): void {
    const thread = this.#current;
    if (this.#granted || this.#replaying()) {
      this.#fail({
        kind: 'nondeterminism',
        message: 'returns earlier when it is run again',
        thread,
      });
      return;
    }
    this.threads.status.set(thread, Status.Done);
    this.threads.pending.set(thread, undefined);
    this.threads.returned.set(thread, result);
    if (!this.#probing) this.#next = this.#endStep();
  }

  #threw(error: unknown): void {
    this.#fail({ ...failureOf(error, 'thread'), thread: this.#current });
    if (!this.#probing) this.#strategy.stepped?.(this);
  }

  #fail(failure: RunFailure): void {
    this.failure ??= failure;
  }

  #diverged(message: string): never {
    this.#fail({ kind: 'nondeterminism', message, thread: this.#current });
    this.#suspend();
  }

  /** Also for what a `finally` block, or code that caught the suspension, still tries to do. */
  #suspend(): never {
    this.#unwinding = true;
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- see SUSPEND
    throw SUSPEND;
  }

  #order(operation: Operation, result: unknown): void {
    if (this.#races === undefined) return;
    const thread = this.#current;
    const race = happensBefore(this.#races, thread, operation, result);
    if (race === undefined) return;
    const { region } = operation.view;
    const where = this.image.table.regionAt(race.address);
    const name = where === region ? operation.name : where.name;
    this.#fail({
      kind: 'data-race',
      message: `${operation.describe()} of ${name} and an earlier ${race.access} by ${this.threadNames[race.thread]} are unordered`,
      thread,
    });
  }
}
