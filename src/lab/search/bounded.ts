/**
 * Depth-first search of every schedule with at most so many preemptions. Most concurrency bugs need
 * one or two (Musuvathi and Qadeer, "Iterative Context Bounding", PLDI 2007), and the number of
 * schedules is polynomial in the length of the threads.
 */
import type { Machine } from '../engine/machine.js';
import { lowest, withoutPreemption, type Strategy } from '../engine/strategy.js';

export class BoundedSearch implements Strategy {
  /** Whether a schedule was left out because of the bound. */
  cut = false;
  // The path to the present state, by depth.
  readonly #chosen: number[] = [];
  readonly #enabled: number[] = [];
  readonly #tried: number[] = [];
  readonly #preemptions: number[] = [];
  #length = 0;
  #started = false;

  constructor(private readonly bound: number) {}

  begin(machine: Machine): boolean {
    if (!this.#started) {
      this.#started = true;
      machine.rewind(0);
      return true;
    }
    while (this.#length > 0) {
      const depth = this.#length - 1;
      if (this.#chooseAnother(machine, depth)) {
        machine.rewind(depth);
        return true;
      }
      this.#length = depth;
    }
    return false;
  }

  choose(machine: Machine, enabled: number): number {
    const { depth } = machine;
    if (depth < this.#length) return this.#chosen[depth];
    const next = withoutPreemption(machine, enabled);
    this.#chosen[depth] = next;
    this.#enabled[depth] = enabled;
    this.#tried[depth] = 1 << next;
    this.#preemptions[depth] = this.#preemptionsBefore(machine, depth);
    this.#length = depth + 1;
    return next;
  }

  #chooseAnother(machine: Machine, depth: number): boolean {
    const left = this.#enabled[depth] & ~this.#tried[depth];
    if (left === 0) return false;
    if (this.#interrupts(machine, depth) && this.#preemptions[depth] >= this.bound) {
      this.cut = true;
      return false;
    }
    const next = lowest(left);
    this.#tried[depth] |= 1 << next;
    this.#chosen[depth] = next;
    return true;
  }

  #preemptionsBefore(machine: Machine, depth: number): number {
    if (depth === 0) return 0;
    const before = depth - 1;
    const switched = before > 0 && this.#chosen[before] !== machine.stepThread[before - 1];
    const preempted = switched && this.#interrupts(machine, before);
    return this.#preemptions[before] + (preempted ? 1 : 0);
  }

  /** Whether at `depth` the thread that did the step before could have gone on. */
  #interrupts(machine: Machine, depth: number): boolean {
    return depth > 0 && (this.#enabled[depth] & (1 << machine.stepThread[depth - 1])) !== 0;
  }
}
