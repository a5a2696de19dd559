/**
 * Follows a given schedule: a list of threads, or the places where a run differs from the default
 * schedule. Where the script is silent or asks for a thread that cannot go on, the default applies.
 */
import type { Machine } from '../engine/machine.js';
import type { Loop } from '../engine/rounds.js';
import { withoutPreemption, type Strategy } from '../engine/strategy.js';

/** Thread by step, for the steps at which it is not the default one. */
export type Deviations = ReadonlyMap<number, number>;

export class Scripted implements Strategy {
  /** What the run really was, in terms of the default schedule. */
  readonly deviations = new Map<number, number>();
  /** Depths of the steps that interrupt a thread that could go on. */
  readonly preemptions = new Set<number>();

  /** After `loop`, if there is one, its steps are repeated to the end. */
  constructor(
    private readonly script: { get(step: number): number | undefined },
    readonly loop?: Loop,
  ) {}

  static following(schedule: readonly number[], loop?: Loop): Scripted {
    return new Scripted({ get: (step) => schedule[step] }, loop);
  }

  begin(machine: Machine): boolean {
    machine.rewind(0);
    return true;
  }

  choose(machine: Machine, enabled: number): number {
    const { depth, lastThread } = machine;
    const usual = withoutPreemption(machine, enabled);
    const wanted = this.#wanted(machine, depth);
    const next = wanted !== undefined && (enabled & (1 << wanted)) !== 0 ? wanted : usual;
    if (next !== usual) {
      this.deviations.set(depth, next);
      if (usual === lastThread) this.preemptions.add(depth);
    }
    return next;
  }

  #wanted(machine: Machine, depth: number): number | undefined {
    const { loop } = this;
    if (loop === undefined || depth < loop.stem + loop.period) return this.script.get(depth);
    return machine.stepThread[depth - loop.period];
  }
}
