/**
 * What a scenario is: it draws a whole simulation from a random stream. The common case, two sides
 * that write and read at once, is here; each scenario changes what it is about.
 */
import { type RandomStream, randomStreams } from '#hawser/shared/net/random.js';
import type { LinkConditions } from '#hawser/shared/simulation/link-conditions.js';
import type { LifePlan, Script, SimulationPlan } from '#hawser/shared/simulation/plan.js';

import { ordinaryLife, ordinaryLink, upTo } from './drawing.js';
import type { Expectation } from './verdict.js';

export interface Scenario extends Expectation {
  readonly draw: (random: RandomStream) => ScenarioPlan;
}

export type Scenarios = Readonly<Record<string, Scenario>>;

export type ScenarioPlan = Pick<SimulationPlan, 'lives' | 'links'>;

export const SECOND = 1e6;
const ONE_HOUR = 3600 * SECOND;
const MANY_EVENTS = 400_000;

export function planOf(scenario: Scenario, seed: number): SimulationPlan {
  const [random] = randomStreams(seed, 1);
  const { lives, links } = scenario.draw(random);
  // A receiver has room for whatever segments its peer makes.
  const { slotBytes } = lives[0][0].geometry;
  const alike = (life: LifePlan) => ({ ...life, geometry: { ...life.geometry, slotBytes } });
  return {
    seed,
    lives: [lives[0].map(alike), lives[1].map(alike)],
    links,
    limitMicros: ONE_HOUR,
    limitEvents: MANY_EVENTS,
  };
}

/** Both sides the same way, over a network that is the same in both directions. */
export function between(
  random: RandomStream,
  link: Partial<LinkConditions>,
  life: (random: RandomStream, side: number) => LifePlan,
): ScenarioPlan {
  const conditions = ordinaryLink(random, link);
  return { lives: [[life(random, 0)], [life(random, 1)]], links: [conditions, conditions] };
}

/** Both directions at once: one thread writes and ends the stream, the other reads to the end. */
export function exchange(bytes: number): readonly Script[] {
  return [[{ do: 'write', bytes }, { do: 'end' }], [{ do: 'read', bytes: Infinity }]];
}

export function duplex(random: RandomStream): LifePlan {
  return ordinaryLife(random, { scripts: exchange(upTo(random, 30_000)) });
}

export function duplexBut(random: RandomStream, changes: Partial<LifePlan>): LifePlan {
  return { ...duplex(random), ...changes };
}
