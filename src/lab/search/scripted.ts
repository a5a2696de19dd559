/**
 * Follows a given schedule: a list of threads, or the places where a run differs from the default
 * schedule. Where the script is silent or asks for a thread that cannot go on, the default applies.
 */
import type { Machine } from '../engine/machine.js';
import { withoutPreemption, type Strategy } from '../engine/strategy.js';

/** Thread by step, for the steps at which it is not the default one. */
export type Deviations = ReadonlyMap<number, number>;

export class Scripted implements Strategy {
  /** What the run really was, in terms of the default schedule. */
  readonly deviations = new Map<number, number>();
  /** Depths of the steps that interrupt a thread that could go on. */
  readonly preemptions = new Set<number>();

  constructor(private readonly script: { get(step: number): number | undefined }) {}

  static following(schedule: readonly number[]): Scripted {
    return new Scripted({ get: (step) => schedule[step] });
  }

  begin(machine: Machine): boolean {
    machine.rewind(0);
    return true;
  }

  choose(machine: Machine, enabled: number): number {
    const { depth, lastThread } = machine;
    const usual = withoutPreemption(machine, enabled);
    const wanted = this.script.get(depth);
    const next = wanted !== undefined && (enabled & (1 << wanted)) !== 0 ? wanted : usual;
    if (next !== usual) {
      this.deviations.set(depth, next);
      if (usual === lastThread) this.preemptions.add(depth);
    }
    return next;
  }
}
