/**
 * Sampling by seed, for what is too large to cover.
 */
import type { Machine } from '../engine/machine.js';
import type { Strategy } from '../engine/strategy.js';
import { RandomNumbers } from './random-numbers.js';

/** Any thread that can go on, at every step. */
export class RandomWalk implements Strategy {
  readonly #random: RandomNumbers;

  constructor(seed: number) {
    this.#random = new RandomNumbers(seed);
  }

  begin(machine: Machine): boolean {
    machine.rewind(0);
    return true;
  }

  choose(_machine: Machine, enabled: number): number {
    return this.#random.threadOf(enabled);
  }
}

/**
 * Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): threads run by random priority,
 * and at a few random steps the running one falls behind all others. A bug that needs `d` ordering
 * constraints in `n` threads and `k` steps is found with probability at least 1 / (n · k^(d-1)).
 */
export class PrioritySampling implements Strategy {
  readonly #random: RandomNumbers;
  #priorities: number[] = [];
  #changes: number[] = [];
  #longest = 8;

  constructor(
    seed: number,
    private readonly changePoints = 2,
  ) {
    this.#random = new RandomNumbers(seed);
  }

  begin(machine: Machine): boolean {
    this.#longest = Math.max(this.#longest, machine.depth);
    machine.rewind(0);
    const { count } = machine.threads;
    this.#priorities = Array.from({ length: count }, () => 1 + this.#random.below(1 << 20));
    this.#changes = Array.from({ length: this.changePoints }, () =>
      this.#random.below(this.#longest),
    );
    return true;
  }

  choose(machine: Machine, enabled: number): number {
    const change = this.#changes.indexOf(machine.depth);
    if (change >= 0) this.#priorities[this.#highest(enabled)] = -change - 1;
    return this.#highest(enabled);
  }

  #highest(enabled: number): number {
    let best = -1;
    for (let thread = 0; thread < this.#priorities.length; thread += 1) {
      if ((enabled & (1 << thread)) === 0) continue;
      if (best < 0 || this.#priorities[thread] > this.#priorities[best]) best = thread;
    }
    return best;
  }
}
