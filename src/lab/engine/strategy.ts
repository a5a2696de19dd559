/**
 * Who decides which thread takes the next step. The machine asks at every scheduling point, in the
 * middle of the running thread, so that a thread that goes on is not suspended for it.
 */
import type { Machine } from './machine.js';

/** Answer of {@link Strategy.choose}: the rest of this schedule is not worth running. */
export const GIVE_UP = -1;

export interface Strategy {
  /**
   * Puts the machine where the next schedule starts (by rewinding it); false if there is none left.
   */
  begin(machine: Machine): boolean;
  /** The thread to run next, one of the bits of `enabled`, or {@link GIVE_UP}. */
  choose(machine: Machine, enabled: number): number;
  /** Called when a step has just been done, as `machine.depth - 1`. */
  stepped?(machine: Machine): void;
}

/** The lowest thread of a set of threads, which must not be empty. */
export function lowest(threads: number): number {
  return 31 - Math.clz32(threads & -threads);
}

/** The default schedule: whoever ran last goes on while it can, else the lowest thread. */
export function withoutPreemption(machine: Machine, enabled: number): number {
  const last = machine.lastThread;
  return last >= 0 && (enabled & (1 << last)) !== 0 ? last : lowest(enabled);
}
