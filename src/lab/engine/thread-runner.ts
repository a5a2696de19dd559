/**
 * Runs the function of one virtual thread at a time, and is what its intercepted operations call.
 *
 * There are no coroutines to suspend an unmodified function with. So a thread is suspended by
 * throwing a constant out of its operation, and resumed by running it again from the start, with
 * the results of its operations so far given to it from its log.
 */
import type { AtomicKind, Sink } from '../intercept/sink.js';
import type { TypedArray } from '../intercept/natives.js';
import type { TrackedView } from '../intercept/tracked.js';
import type { ThreadFunction } from '../program.js';
import { applyBulk, applyElement } from './effects.js';
import type { Machine } from './machine.js';
import { Kind, Operation, sameOperand, signature } from './operation.js';
import { failureOf } from './run-failure.js';
import { GIVE_UP } from './strategy.js';
import { DONE, type Threads } from './threads.js';

/** Thrown to suspend a thread; a constant, because an Error costs six times as much. */
const SUSPEND = Symbol('suspended by the explorer');

/** How a thread is run. */
const enum Purpose {
  /** Up to its next operation, which it does not do. */
  Probe,
  /** To do the operation it stands in front of, and then as long as the strategy lets it. */
  Grant,
  /** From where it has been woken, as long as the strategy lets it. */
  Continue,
}

export class ThreadRunner implements Sink {
  /** Who is to go on, after the thread that was run has been suspended. */
  next = GIVE_UP;
  readonly #threads: Threads;
  readonly #functions: ThreadFunction<unknown>[];
  // The thread that is being run: how, its position in its log, and whether it is being suspended.
  #current = 0;
  #purpose = Purpose.Probe;
  #cursor = 0;
  #unwinding = false;

  constructor(private readonly machine: Machine) {
    this.#threads = machine.threads;
    this.#functions = Object.values(machine.program.threads) as ThreadFunction<unknown>[];
  }

  /** Runs `thread` up to its first operation, or the one after the wait it was woken from. */
  probe(thread: number): void {
    this.#enter(thread, Purpose.Probe);
  }

  /** Lets `thread` take its next step, and further ones while it is chosen. */
  grant(thread: number): void {
    this.next = GIVE_UP;
    this.#enter(thread, Purpose.Grant);
  }

  /** Lets the wait of `thread` time out: a step. */
  timeOut(thread: number): void {
    const operation = this.#threads.pending.values[thread]!;
    this.next = GIVE_UP;
    this.machine.beginStep(thread, operation);
    this.machine.order(thread, operation, undefined);
    this.#threads.wakeUp(thread, 'timed-out');
    this.machine.observer?.woken(this.machine, thread, operation, 'timed-out');
    this.#enter(thread, Purpose.Continue);
  }

  atomic(kind: AtomicKind, view: TrackedView, index: number, a: unknown, b: unknown): unknown {
    if (this.#replaying()) return this.#replayed(kind, view, index, a);
    checkIndex(view, index);
    return this.#step(new Operation(kind, view, index, a, b));
  }

  wait(view: TrackedView, index: number, expected: unknown, timeoutMs: number): string {
    if (this.#replaying()) return this.#replayed(Kind.Wait, view, index, expected) as string;
    checkIndex(view, index);
    if (!view.canBeWaitedOn)
      throw new TypeError('Atomics.wait needs an Int32Array or BigInt64Array');
    const operation = new Operation(Kind.Wait, view, index, expected, timeoutMs);
    this.#beginStep(operation);
    this.machine.order(this.#current, operation, undefined);
    if (view.elements[index] !== view.coerce(expected)) {
      return this.#done(operation, 'not-equal') as string;
    }
    // A time-out of 0 asks whether it would sleep, and never does.
    return timeoutMs <= 0
      ? (this.#done(operation, 'timed-out') as string)
      : this.#sleep(operation, timeoutMs);
  }

  notify(view: TrackedView, index: number, count: number): number {
    if (this.#replaying()) return this.#replayed(Kind.Notify, view, index, count) as number;
    checkIndex(view, index);
    const operation = new Operation(Kind.Notify, view, index, count, undefined);
    this.#beginStep(operation);
    this.machine.order(this.#current, operation, undefined);
    const sleepers = this.#threads.sleepersOn(operation.start).slice(0, Math.max(0, count));
    this.#done(operation, sleepers.length);
    for (const thread of sleepers) this.#wake(thread);
    if (this.machine.failure !== undefined) this.#suspend();
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
    const count = Math.max(0, end - start);
    const copy = view.raw.slice(0, count) as Int32Array;
    if (this.#splits()) {
      for (let at = 0; at < count; at += 1) copy[at] = this.read(view, start + at) as number;
      return copy;
    }
    if (count === 0) return copy;
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
    const { plain, splitBulk } = this.machine.options;
    return plain === 'interleaved' && splitBulk;
  }

  #replaying(): boolean {
    return this.#cursor < this.#threads.logLength.values[this.#current];
  }

  #replayed(kind: Kind, view: TrackedView, index: number, operand: unknown): unknown {
    const threads = this.#threads;
    const thread = this.#current;
    const at = this.#cursor;
    const same =
      threads.signatures[thread][at] === signature(kind, view.base + index * view.size) &&
      sameOperand(threads.operands[thread][at], operand);
    if (!same) this.#diverged(`does something else at operation ${at + 1} when it is run again`);
    this.#cursor = at + 1;
    return threads.results[thread][at];
  }

  #plain(operation: Operation): unknown {
    if (this.machine.options.plain === 'interleaved') return this.#step(operation);
    if (this.#unwinding) this.#suspend();
    if (this.#purpose === Purpose.Grant) this.#diverged('goes on elsewhere when it is run again');
    this.machine.withinStep(operation);
    return this.#apply(operation);
  }

  #step(operation: Operation): unknown {
    this.#beginStep(operation);
    return this.#apply(operation);
  }

  #apply(operation: Operation): unknown {
    const memory = this.machine.image.memory[operation.view.region.id];
    const bulk = operation.kind >= Kind.BulkRead;
    const result = bulk ? applyBulk(operation, memory) : applyElement(operation, memory);
    this.machine.order(this.#current, operation, result);
    return this.#done(operation, result);
  }

  #done(operation: Operation, result: unknown): unknown {
    this.#threads.log(this.#current, operation.signature, operation.a, result);
    this.#cursor += 1;
    this.machine.operated(this.#current, operation, result);
    if (this.machine.failure !== undefined) this.#suspend();
    return result;
  }

  #beginStep(operation: Operation): void {
    this.#arriveAt(operation);
    this.machine.beginStep(this.#current, operation);
  }

  /** Returns when it is the running thread's turn to do `operation`. */
  #arriveAt(operation: Operation): void {
    if (this.#unwinding) this.#suspend();
    const thread = this.#current;
    if (this.#purpose === Purpose.Grant) {
      this.#purpose = Purpose.Continue;
      if (this.#threads.pending.values[thread]!.matches(operation)) return;
      this.#diverged('goes on with another operation when it is run again');
    }
    this.#threads.pending.set(thread, operation);
    if (this.#purpose === Purpose.Probe) this.#suspend();
    const next = this.machine.endStep();
    if (next === thread) return;
    this.next = next;
    this.#suspend();
  }

  #sleep(operation: Operation, timeoutMs: number): never {
    const { view, index } = operation;
    const timeout = Number.isFinite(timeoutMs)
      ? new Operation(Kind.Timeout, view, index, undefined, undefined)
      : undefined;
    this.#threads.fallAsleep(this.#current, operation, timeout);
    this.machine.observer?.asleep(this.machine, this.#current, operation);
    this.next = this.machine.endStep();
    this.#suspend();
  }

  /** Wakes `thread` in the middle of a step of another one, and runs it up to its next operation. */
  #wake(thread: number): void {
    const current = this.#current;
    const cursor = this.#cursor;
    this.machine.wakeUp(thread);
    this.#enter(thread, Purpose.Probe);
    this.#current = current;
    this.#cursor = cursor;
    this.#purpose = Purpose.Continue;
    this.#unwinding = false;
  }

  #enter(thread: number, purpose: Purpose): void {
    this.#current = thread;
    this.#cursor = 0;
    this.#purpose = purpose;
    this.#unwinding = false;
    const context = { name: this.machine.threadNames[thread], index: thread };
    try {
      const result = this.#functions[thread](this.machine.image.tracked, context);
      // A thread that catches everything comes here although it was suspended.
      if (!this.#isSuspended()) this.#finished(result);
    } catch (error) {
      if (!this.#isSuspended()) this.machine.threw({ ...failureOf(error, 'thread'), thread });
    }
  }

  #isSuspended(): boolean {
    return this.#unwinding;
  }

  #finished(result: unknown): void {
    const thread = this.#current;
    if (this.#purpose === Purpose.Grant || this.#replaying()) {
      const message = 'returns earlier when it is run again';
      this.machine.fail({ kind: 'nondeterminism', message, thread });
      return;
    }
    this.#threads.status.set(thread, DONE);
    this.#threads.pending.set(thread, undefined);
    this.#threads.returned.set(thread, result);
    if (this.#purpose === Purpose.Continue) this.next = this.machine.endStep();
  }

  #diverged(message: string): never {
    this.machine.fail({ kind: 'nondeterminism', message, thread: this.#current });
    this.#suspend();
  }

  /** Also for what a `finally` block, or code that caught the suspension, still tries to do. */
  #suspend(): never {
    this.#unwinding = true;
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- see SUSPEND
    throw SUSPEND;
  }
}

function checkIndex(view: TrackedView, index: number): void {
  if (!(index >= 0 && index < view.length)) throw new RangeError('invalid atomic access index');
}
