/**
 * Dynamic partial-order reduction with source sets and sleep sets (Abdulla, Aronis, Jonsson and
 * Sagonas, POPL 2014): of all schedules that differ only in the order of independent steps, runs one,
 * and still sees every behaviour.
 *
 * While it runs, it keeps for each step a vector clock of the steps that it depends on. Two dependent
 * steps of different threads with nothing in between are a race of schedules: the search comes back
 * to the earlier one to try them the other way round.
 *
 * An invariant looks at the whole memory after every step, so if there is one, any two steps that
 * write are taken to depend on each other.
 */
import type { Machine } from '../engine/machine.js';
import { dependent, Kind, type Operation } from '../engine/operation.js';
import { GIVE_UP, lowest, withoutPreemption, type Strategy } from '../engine/strategy.js';
import { SLEEPING } from '../engine/threads.js';
import { StepClocks } from './step-clocks.js';

export class ReducedSearch implements Strategy {
  /** Whether the search has come to its end. */
  finished = false;
  // The path to the present state, by depth. Sets of threads are bits.
  readonly #chosen: number[] = [];
  readonly #enabled: number[] = [];
  readonly #explored: number[] = [];
  readonly #backtrack: number[] = [];
  /** Threads whose next step has been explored from an equivalent state already. */
  readonly #sleep: number[] = [];
  /** Those of the explored and the sleeping ones whose step writes. */
  readonly #writers: number[] = [];
  /** Whether the step fires a time-out because nothing else could go on. */
  readonly #idle: boolean[] = [];
  readonly #clocks = new StepClocks();
  #length = 0;
  #started = false;

  begin(machine: Machine): boolean {
    if (!this.#started) {
      this.#started = true;
      this.#clocks.threads = machine.threads.count;
      machine.rewind(0);
      return true;
    }
    while (this.#length > 0) {
      const depth = this.#length - 1;
      const left = this.#backtrack[depth] & ~this.#explored[depth] & ~this.#sleep[depth];
      if (left !== 0) {
        this.#chosen[depth] = lowest(left);
        machine.rewind(depth);
        return true;
      }
      this.#length = depth;
    }
    this.finished = true;
    return false;
  }

  choose(machine: Machine, enabled: number): number {
    const { depth } = machine;
    if (depth === this.#length && !this.#open(machine, depth, enabled)) return GIVE_UP;
    const next = this.#chosen[depth];
    this.#explored[depth] |= 1 << next;
    const operation = machine.threads.pending.values[next]!;
    this.#markWriter(depth, next, operation.writes);
    this.#raceAgainstPath(machine, depth, next, operation, operation.writes);
    return next;
  }

  stepped(machine: Machine): void {
    const depth = machine.depth - 1;
    if (depth < 0 || machine.program.invariant === undefined) return;
    const operation = machine.stepOperation[depth];
    if (operation.writes || !machine.stepWritesPlainly[depth]) return;
    // The operation only reads, but the code after it has written: the invariant saw that.
    this.#markWriter(depth, machine.stepThread[depth], true);
    this.#raceAgainstPath(machine, depth, machine.stepThread[depth], operation, true);
  }

  /** Makes the node for a state seen for the first time; false if it need not be explored. */
  #open(machine: Machine, depth: number, enabled: number): boolean {
    const sleep = this.#inheritSleep(machine, depth);
    const awake = enabled & ~sleep;
    if (awake === 0) return false;
    const usual = withoutPreemption(machine, enabled);
    const next = (awake & (1 << usual)) !== 0 ? usual : lowest(awake);
    const idle = machine.threads.status.values[next] === SLEEPING && this.#isIdle(machine);
    this.#chosen[depth] = next;
    this.#enabled[depth] = enabled;
    this.#explored[depth] = 0;
    this.#sleep[depth] = sleep;
    this.#idle[depth] = idle;
    // Whoever times out first is a choice of its own: afterwards the others may not time out at all.
    this.#backtrack[depth] = idle ? enabled : 1 << next;
    this.#length = depth + 1;
    return true;
  }

  #isIdle(machine: Machine): boolean {
    return machine.options.timeouts === 'idle';
  }

  #inheritSleep(machine: Machine, depth: number): number {
    this.#writers[depth] = 0;
    if (depth === 0) return 0;
    const before = depth - 1;
    const last = machine.stepThread[before];
    const lastWrites = this.#stepWrites(machine, before);
    const pending = machine.threads.pending.values;
    let sleep = 0;
    for (let t = 0; t < machine.threads.count; t += 1) {
      const bit = 1 << t;
      if (t === last || ((this.#sleep[before] | this.#explored[before]) & bit) === 0) continue;
      const operation = pending[t];
      const writes = (this.#writers[before] & bit) !== 0;
      if (operation === undefined || this.#idle[before]) continue;
      // Woken by the step before: what it was about to do, namely to time out, is off.
      if (machine.threads.wokenAt.values[t] === depth) continue;
      if (dependent(operation, machine.stepOperation[before])) continue;
      if (writes && lastWrites && machine.program.invariant !== undefined) continue;
      sleep |= bit;
      if (writes) this.#writers[depth] |= bit;
    }
    return sleep;
  }

  #markWriter(depth: number, thread: number, writes: boolean): void {
    if (writes) this.#writers[depth] |= 1 << thread;
  }

  #stepWrites(machine: Machine, depth: number): boolean {
    return machine.stepOperation[depth].writes || machine.stepWritesPlainly[depth];
  }

  /** Computes the clock of the step at `depth`, and where to come back to because of it. */
  #raceAgainstPath(
    machine: Machine,
    depth: number,
    thread: number,
    operation: Operation,
    writes: boolean,
  ): void {
    const clocks = this.#clocks;
    const watched = writes && machine.program.invariant !== undefined;
    clocks.startStep(machine, depth, thread);
    for (let at = depth - 1; at >= 0; at -= 1) {
      const other = machine.stepThread[at];
      if (other === thread || clocks.covers(depth, other, at)) continue;
      const ordered =
        this.#idle[depth] ||
        this.#idle[at] ||
        dependent(machine.stepOperation[at], operation) ||
        (watched && this.#stepWrites(machine, at));
      if (!ordered) continue;
      if (!this.#idle[depth] && !this.#idle[at]) this.#comeBackTo(machine, at, depth, thread);
      clocks.join(depth, at);
    }
    if (operation.kind === Kind.Notify) this.#tryTimeoutsInstead(machine, depth, operation);
  }

  /** Sleepers that a notify takes the chance to time out from get that chance before it. */
  #tryTimeoutsInstead(machine: Machine, depth: number, operation: Operation): void {
    if (machine.options.timeouts !== 'any') return;
    for (const thread of machine.threads.sleepersOn(operation.start)) {
      const canTimeOut = machine.threads.pending.values[thread] !== undefined;
      if (canTimeOut) this.#backtrack[depth] |= 1 << thread;
    }
  }

  /** At the state before step `at`, lets somebody run who leads to the step at `depth` first. */
  #comeBackTo(machine: Machine, at: number, depth: number, thread: number): void {
    // A thread that was set aside there because it spins is left aside.
    const leaders = this.#clocks.leaders(machine, at, depth, thread) & this.#enabled[at];
    if (leaders === 0 || (leaders & (this.#backtrack[at] | this.#sleep[at])) !== 0) return;
    const bit = 1 << thread;
    this.#backtrack[at] |= (leaders & bit) !== 0 ? bit : 1 << lowest(leaders);
  }
}
