/**
 * The order in which strategies are tried, and how much of the budget each may use.
 */
import type { Strategy } from '../engine/strategy.js';
import type { SearchOptions } from '../options.js';
import type { Cut } from '../report.js';
import { BoundedSearch } from './bounded.js';
import { ReducedSearch } from './reduced.js';
import { PrioritySampling, RandomWalk } from './sampling.js';

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

/** Schedules of each sampling phase when it is only the last resort. */
const SAMPLES = 10_000;

export function* phasesOf(options: SearchOptions): Generator<Phase> {
  const { mode, bound, seed } = options;
  if (mode === 'auto' || mode === 'bounded') {
    for (let preemptions = 0; preemptions <= bound; preemptions += 1) {
      yield boundedPhase(preemptions, mode === 'auto' ? 0.3 : 1);
    }
  }
  if (mode === 'dfs') yield boundedPhase(Infinity, 1);
  if (mode === 'auto' || mode === 'dpor') yield reducedPhase(mode === 'auto' ? 0.7 : 1);
  const samples = mode === 'auto' ? SAMPLES : Infinity;
  if (mode === 'auto' || mode === 'pct') {
    yield samplingPhase('pct', new PrioritySampling(seed), samples);
  }
  if (mode === 'auto' || mode === 'random') {
    yield samplingPhase('random', new RandomWalk(seed), samples);
  }
}

function boundedPhase(bound: number, share: number): Phase {
  const strategy = new BoundedSearch(bound);
  return {
    name: bound === Infinity ? 'all schedules' : `bound ${bound}`,
    strategy,
    exhausts: () => !strategy.cut,
    cut: bound === Infinity ? 'budget' : 'preemption-bound',
    ...(bound === Infinity ? {} : { bound }),
    share,
    maxSchedules: Infinity,
  };
}

function reducedPhase(share: number): Phase {
  const strategy = new ReducedSearch();
  return {
    name: 'partial-order reduction',
    strategy,
    exhausts: () => strategy.finished,
    cut: 'budget',
    share,
    maxSchedules: Infinity,
  };
}

function samplingPhase(name: string, strategy: Strategy, maxSchedules: number): Phase {
  return { name, strategy, exhausts: () => false, cut: 'sampling', share: 1, maxSchedules };
}
