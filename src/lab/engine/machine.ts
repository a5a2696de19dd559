/**
 * The state of a program under exploration, and its runs: one step after the other, in the order a
 * {@link Strategy} chooses, and back to any earlier step. A step is the operation that a thread stands
 * in front of, and its code up to the next one.
 *
 * The program's code must run with its operations going to `sink`; see `intercepting`.
 */
import type { Sink } from '../intercept/sink.js';
import type { RunOptions } from '../options.js';
import type { AnyProgram, Results } from '../program.js';
import { Image } from './image.js';
import { Journal } from './journal.js';
import type { Operation } from './operation.js';
import { happensBefore, raceFailure } from './ordering.js';
import { RaceDetector } from './race-detector.js';
import { ReadOnlyChecks } from './read-only.js';
import { deadlockFailure, type RunFailure } from './run-failure.js';
import { finalLoop, recurrence, type Loop } from './rounds.js';
import { Spinning } from './spinning.js';
import { GIVE_UP, type Strategy } from './strategy.js';
import { ThreadRunner } from './thread-runner.js';
import { READY, SLEEPING, Threads } from './threads.js';

/** Sees what happens in a run; see the trace recorder. */
export interface Observer {
  operated(machine: Machine, thread: number, operation: Operation, result: unknown): void;
  asleep(machine: Machine, thread: number, operation: Operation): void;
  woken(machine: Machine, thread: number, operation: Operation, result: string): void;
}

export class Machine {
  readonly journal = new Journal();
  readonly image: Image;
  readonly threads: Threads;
  readonly threadNames: readonly string[];
  readonly spinning: Spinning;
  /** Steps done in the present run. */
  depth = 0;
  /** By depth: who did the step, what it was, and whether plain writes came with it. */
  readonly stepThread: number[] = [];
  readonly stepOperation: Operation[] = [];
  readonly stepWritesPlainly: boolean[] = [];
  /** Steps done in all runs together. */
  totalSteps = 0;
  failure: RunFailure | undefined;
  /** The outcome of a completed run, if the program names outcomes. */
  outcome: string | undefined;
  /** Whether the strategy gave the present run up. */
  gaveUp = false;
  /** Whether to look out for states that recur; costs a look back at every step. */
  watchesLoops = false;
  /** The first loop seen in the present run, which may or may not be endless. */
  loop: Loop | undefined;
  observer: Observer | undefined;

  readonly #marks: number[] = [];
  readonly #objectMarks: number[] = [];
  readonly #races: RaceDetector | undefined;
  readonly #checks: ReadOnlyChecks;
  readonly #runner: ThreadRunner;
  #initialFailure: RunFailure | undefined;
  #strategy!: Strategy;

  constructor(
    readonly program: AnyProgram,
    readonly options: RunOptions,
  ) {
    const count = program.threadNames.length;
    this.threadNames = program.threadNames;
    this.image = new Image(program, this.journal);
    this.#checks = new ReadOnlyChecks(program, this.image);
    this.threads = new Threads(this.journal, count);
    this.spinning = new Spinning(this.journal, this.threads);
    this.#races =
      options.races === 'fail'
        ? new RaceDetector(this.journal, count, this.image.table.byteLength)
        : undefined;
    this.#runner = new ThreadRunner(this);
  }

  get sink(): Sink {
    return this.#runner;
  }

  /** Runs every thread up to its first operation. To be called once, before `run`. */
  start(): void {
    for (let thread = 0; thread < this.threads.count; thread += 1) {
      if (this.failure === undefined) this.#runner.probe(thread);
    }
    this.#initialFailure = this.failure;
  }

  /** One schedule, from the present state to its end. */
  run(strategy: Strategy): void {
    this.#strategy = strategy;
    this.gaveUp = false;
    let next = this.#choose();
    while (next !== GIVE_UP) {
      if (this.threads.status.values[next] === SLEEPING) this.#runner.timeOut(next);
      else this.#runner.grant(next);
      next = this.#runner.next;
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

  get lastThread(): number {
    return this.depth > 0 ? this.stepThread[this.depth - 1] : -1;
  }

  /** The threads that can take a step now, as bits. */
  enabled(): number {
    const { threads, options, spinning } = this;
    const ready = threads.withStatus(READY);
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

  /** Whether the shared memory is what it was before step `depth`. */
  memoryIsAsBefore(depth: number): boolean {
    return this.journal.unchangedSince(this.#marks[depth], this.image.memory.at(-1)!.id);
  }

  results(): Results {
    const returned = this.threads.returned.values;
    return Object.fromEntries(this.threadNames.map((name, thread) => [name, returned[thread]]));
  }

  // What follows is for the thread runner: the steps as they happen.

  beginStep(thread: number, operation: Operation): void {
    const { depth } = this;
    this.#marks[depth] = this.journal.mark;
    this.#objectMarks[depth] = this.journal.objectMark;
    this.stepThread[depth] = thread;
    this.stepOperation[depth] = operation;
    this.stepWritesPlainly[depth] = false;
    this.depth = depth + 1;
    this.totalSteps += 1;
  }

  /** A plain access that is no step of its own. */
  withinStep(operation: Operation): void {
    if (operation.writes && this.depth > 0) this.stepWritesPlainly[this.depth - 1] = true;
  }

  /** Orders `operation` by happens-before; a race fails the run. */
  order(thread: number, operation: Operation, result: unknown): void {
    if (this.#races === undefined) return;
    const race = happensBefore(this.#races, thread, operation, result);
    if (race !== undefined) this.fail(raceFailure(this, thread, operation, race));
  }

  operated(thread: number, operation: Operation, result: unknown): void {
    this.spinning.operated(thread, operation, result);
    this.observer?.operated(this, thread, operation, result);
  }

  /** A notify wakes `thread`. */
  wakeUp(thread: number): void {
    const wait = this.threads.sleepsIn.values[thread]!;
    this.threads.wakeUp(thread, 'ok');
    this.threads.wokenAt.set(thread, this.depth);
    this.#races?.waiterList(thread, wait.start);
    this.observer?.woken(this, thread, wait, 'ok');
  }

  fail(failure: RunFailure): void {
    this.failure ??= failure;
  }

  /** The running thread has thrown, which ends the run. */
  threw(failure: RunFailure): void {
    this.fail(failure);
    // A thread may throw before its first step, when there is no strategy yet.
    if (this.depth > 0) this.#strategy.stepped?.(this);
  }

  /** The step is over: is all well, and who is next? */
  endStep(): number {
    if (this.failure === undefined && this.program.invariant !== undefined) {
      this.failure = this.#checks.invariant();
    }
    const thread = this.lastThread;
    const switched = this.depth < 2 || this.stepThread[this.depth - 2] !== thread;
    this.spinning.stepped(thread, switched);
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
    return loop === undefined
      ? { kind: 'step-limit', message: `not finished after ${this.depth} steps` }
      : { kind: 'livelock', message: `the last ${loop.period} steps repeat for ever`, loop };
  }

  #end(): number {
    const sleeping = this.threads.withStatus(SLEEPING);
    if (sleeping !== 0) {
      this.failure = deadlockFailure(this.threadNames, sleeping);
      return GIVE_UP;
    }
    const ending = this.#checks.ending(this.results());
    this.outcome = ending.outcome;
    this.failure = ending.failure;
    return GIVE_UP;
  }
}
