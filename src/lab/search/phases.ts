/**
 * The order in which strategies are tried, and how much of the budget each may use.
 */
import type { Strategy } from '../engine/strategy.js';
import type { SearchOptions } from '../options.js';
import type { Cut } from '../report.js';
import { BoundedSearch } from './bounded.js';

export interface Phase {
  readonly name: string;
  readonly strategy: Strategy;
  /** Whether the phase, having run to its end, has covered everything. */
  exhausts(): boolean;
  /** What is left out if it has not. */
  readonly cut: Cut;
  /** The preemption bound that is reached when the phase has run to its end. */
  readonly bound?: number;
  /** At most this part of `maxSeconds`. */
  readonly share: number;
  readonly maxSchedules: number;
}

export function* phasesOf(options: SearchOptions): Generator<Phase> {
  const { mode, bound } = options;
  if (mode === 'auto' || mode === 'bounded') {
    for (let preemptions = 0; preemptions <= bound; preemptions += 1) {
      yield boundedPhase(preemptions, mode === 'auto' ? 0.4 : 1);
    }
  }
  if (mode === 'auto' || mode === 'dfs') yield boundedPhase(Infinity, 1);
}

function boundedPhase(bound: number, share: number): Phase {
  const strategy = new BoundedSearch(bound);
  return {
    name: bound === Infinity ? 'all schedules' : `bound ${bound}`,
    strategy,
    exhausts: () => !strategy.cut,
    cut: bound === Infinity ? 'budget' : 'preemption-bound',
    bound,
    share,
    maxSchedules: Infinity,
  };
}
