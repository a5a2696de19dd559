/**
 * For every step on the present path, a vector clock of the steps it depends on, directly or not:
 * entry `t` is one more than the depth of the last such step of thread `t`.
 */
import type { Machine } from '../engine/machine.js';

export class StepClocks {
  threads = 0;
  #rows = new Int32Array(1024);

  /** Begins the clock of step `depth`: the thread's own steps, and the one that woke it. */
  startStep(machine: Machine, depth: number, thread: number): void {
    const { threads } = this;
    if ((depth + 1) * threads > this.#rows.length) this.#grow();
    this.#rows.fill(0, depth * threads, (depth + 1) * threads);
    for (let at = depth - 1; at >= 0; at -= 1) {
      if (machine.stepThread[at] !== thread) continue;
      this.join(depth, at);
      break;
    }
    const wokenAt = machine.threads.wokenAt.values[thread];
    if (wokenAt > 0 && wokenAt <= depth) this.join(depth, wokenAt - 1);
    this.#rows[depth * threads + thread] = depth + 1;
  }

  /** Step `depth` comes after step `at`, and so after all that comes before that one. */
  join(depth: number, at: number): void {
    const { threads } = this;
    const rows = this.#rows;
    for (let t = 0; t < threads; t += 1) {
      const value = rows[at * threads + t];
      if (value > rows[depth * threads + t]) rows[depth * threads + t] = value;
    }
  }

  /** Whether step `at`, by `thread`, is known to come before step `depth`. */
  covers(depth: number, thread: number, at: number): boolean {
    return this.#rows[depth * this.threads + thread] > at;
  }

  /**
   * Of the steps after `at` that do not depend on it, up to and with the one at `depth` by `thread`:
   * the threads whose first step among them depends on no other of them. Any of these can run at
   * `at` instead. To be called while the clock of `depth` covers only what lies after `at`.
   */
  leaders(machine: Machine, at: number, depth: number, thread: number): number {
    const first = new Int32Array(this.threads).fill(-1);
    const raced = machine.stepThread[at];
    let leaders = 0;
    for (let step = at + 1; step <= depth; step += 1) {
      if (step < depth && this.covers(step, raced, at)) continue;
      const who = step === depth ? thread : machine.stepThread[step];
      if (first[who] >= 0) continue;
      first[who] = step;
      if (this.#dependsOnNone(step, who, first)) leaders |= 1 << who;
    }
    return leaders;
  }

  #dependsOnNone(step: number, who: number, first: Int32Array): boolean {
    for (let t = 0; t < this.threads; t += 1) {
      if (t !== who && first[t] >= 0 && this.covers(step, t, first[t])) return false;
    }
    return true;
  }

  #grow(): void {
    const larger = new Int32Array(this.#rows.length * 2);
    larger.set(this.#rows);
    this.#rows = larger;
  }
}
