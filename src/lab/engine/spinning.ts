/**
 * Keeps endless schedules out of a search. A thread that has gone round a loop three times, reading
 * the same and changing nothing, is set aside until somebody changes something; and so is, for one
 * choice, a thread that has run alone for very long. Real schedulers are fair in this sense.
 */
import { Kind, type Operation } from './operation.js';
import { Cells, type Journal } from './journal.js';
import type { Threads } from './threads.js';

const ROUNDS = 3;
const LONGEST_ROUND = 6;
const LONGEST_RUN = 200;

export class Spinning {
  /** Length of each thread's log after the last operation that had an effect. */
  readonly #quietFrom: Cells;
  /** Effects of all threads when the thread was seen spinning last, plus one. */
  readonly #spinsAt: Cells;
  /** [0]: effects of all threads; [1]: steps in a row by the same thread. */
  readonly #counts: Cells;
  /** Whether a thread that could go on was ever set aside. */
  applied = false;

  constructor(
    journal: Journal,
    private readonly threads: Threads,
  ) {
    this.#quietFrom = new Cells(journal, new Int32Array(threads.count));
    this.#spinsAt = new Cells(journal, new Int32Array(threads.count));
    this.#counts = new Cells(journal, new Int32Array(2));
  }

  operated(thread: number, operation: Operation, result: unknown): void {
    if (!hasEffect(operation, result)) return;
    this.#quietFrom.set(thread, this.threads.logLength.values[thread]);
    this.#counts.set(0, this.#counts.values[0] + 1);
  }

  stepped(thread: number, switched: boolean): void {
    this.#counts.set(1, switched ? 1 : this.#counts.values[1] + 1);
    if (this.#goesRound(thread)) this.#spinsAt.set(thread, this.#counts.values[0] + 1);
  }

  /** `ready` without the threads to be set aside; all of `ready` if that would leave none. */
  withoutSpinning(ready: number, lastThread: number): number {
    let left = ready;
    const now = this.#counts.values[0] + 1;
    for (let thread = 0; thread < this.threads.count; thread += 1) {
      if (this.#spinsAt.values[thread] === now) left &= ~(1 << thread);
    }
    if (this.#counts.values[1] > LONGEST_RUN && lastThread >= 0) left &= ~(1 << lastThread);
    if (left === ready || left === 0) return ready;
    this.applied = true;
    return left;
  }

  /** Whether every thread of the set goes round without effect, so that only others could help. */
  allSpin(ready: number): boolean {
    const now = this.#counts.values[0] + 1;
    for (let thread = 0; thread < this.threads.count; thread += 1) {
      if ((ready & (1 << thread)) !== 0 && this.#spinsAt.values[thread] !== now) return false;
    }
    return true;
  }

  #goesRound(thread: number): boolean {
    const end = this.threads.logLength.values[thread];
    const quiet = end - this.#quietFrom.values[thread];
    const longest = Math.min(LONGEST_ROUND, Math.floor(quiet / ROUNDS));
    for (let period = 1; period <= longest; period += 1) {
      if (this.#repeats(thread, end, period)) return true;
    }
    return false;
  }

  #repeats(thread: number, end: number, period: number): boolean {
    const signatures = this.threads.signatures[thread];
    const results = this.threads.results[thread];
    for (let at = end - period * (ROUNDS - 1); at < end; at += 1) {
      if (signatures[at] !== signatures[at - period]) return false;
      if (!Object.is(results[at], results[at - period])) return false;
    }
    return true;
  }
}

function hasEffect(operation: Operation, result: unknown): boolean {
  if (operation.kind === Kind.Notify) return result !== 0;
  if (!operation.writes) return false;
  if (operation.kind === Kind.Exchange) return result !== operation.a;
  return operation.kind !== Kind.CompareExchange || result === operation.view.coerce(operation.a);
}
