/**
 * The virtual threads: for each, the results of what it has done so far (its log), the operation it
 * stands in front of, and whether it can go on. All of it is journalled.
 */
import { Cells, ObjectCells, type Journal } from './journal.js';
import type { Operation } from './operation.js';

// The status of a thread. Numbers, because they are kept among journalled numbers.
export const READY = 0;
export const SLEEPING = 1;
export const DONE = 2;

export class Threads {
  readonly status: Cells;
  readonly logLength: Cells;
  /** The word a sleeping thread waits on, and its place in the queue. */
  readonly sleepAddress: Cells;
  readonly sleepTicket: Cells;
  /** Depth after the step that woke the thread last; 0 for never. */
  readonly wokenAt: Cells;
  /** What the thread does next; a sleeping one may time out, or has nothing it can do. */
  readonly pending: ObjectCells<Operation>;
  /** The wait that a sleeping thread sleeps in. */
  readonly sleepsIn: ObjectCells<Operation>;
  readonly returned: ObjectCells;
  /** Logs by thread; entries from `logLength` on are left over from a state gone back from. */
  readonly signatures: number[][];
  readonly operands: unknown[][];
  readonly results: unknown[][];
  readonly #ticket: Cells;

  constructor(
    journal: Journal,
    readonly count: number,
  ) {
    const cells = (): Cells => new Cells(journal, new Int32Array(count));
    const logs = <T>(): T[][] => Array.from({ length: count }, () => []);
    this.status = cells();
    this.logLength = cells();
    this.sleepAddress = cells();
    this.sleepTicket = cells();
    this.wokenAt = cells();
    this.pending = new ObjectCells<Operation>(journal, count);
    this.sleepsIn = new ObjectCells<Operation>(journal, count);
    this.returned = new ObjectCells(journal, count);
    this.signatures = logs();
    this.operands = logs();
    this.results = logs();
    this.#ticket = new Cells(journal, new Int32Array(1));
  }

  log(thread: number, signature: number, operand: unknown, result: unknown): void {
    const length = this.logLength.values[thread];
    this.signatures[thread][length] = signature;
    this.operands[thread][length] = operand;
    this.results[thread][length] = result;
    this.logLength.set(thread, length + 1);
  }

  fallAsleep(thread: number, wait: Operation, timeout: Operation | undefined): void {
    const ticket = this.#ticket.values[0] + 1;
    this.#ticket.set(0, ticket);
    this.status.set(thread, SLEEPING);
    this.sleepAddress.set(thread, wait.start);
    this.sleepTicket.set(thread, ticket);
    this.sleepsIn.set(thread, wait);
    this.pending.set(thread, timeout);
  }

  wakeUp(thread: number, result: string): void {
    const wait = this.sleepsIn.values[thread]!;
    this.status.set(thread, READY);
    this.log(thread, wait.signature, wait.a, result);
  }

  /** Threads asleep on `address`, first come first. */
  sleepersOn(address: number): number[] {
    const sleepers: number[] = [];
    for (let thread = 0; thread < this.count; thread += 1) {
      const asleep = this.status.values[thread] === SLEEPING;
      if (asleep && this.sleepAddress.values[thread] === address) sleepers.push(thread);
    }
    const tickets = this.sleepTicket.values;
    return sleepers.length < 2 ? sleepers : sleepers.sort((a, b) => tickets[a] - tickets[b]);
  }

  withStatus(status: number): number {
    const statuses = this.status.values;
    let threads = 0;
    for (let thread = 0; thread < this.count; thread += 1) {
      if (statuses[thread] === status) threads |= 1 << thread;
    }
    return threads;
  }

  /** Sleeping threads whose wait has a finite time-out. */
  ableToTimeOut(): number {
    let threads = 0;
    for (let thread = 0; thread < this.count; thread += 1) {
      const asleep = this.status.values[thread] === SLEEPING;
      if (asleep && this.pending.values[thread] !== undefined) threads |= 1 << thread;
    }
    return threads;
  }
}
