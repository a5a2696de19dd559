/** Scenarios about the network between two ordinary applications. */
import { burstLoss } from '#hawser/shared/net/path/conditions.js';
import type { RandomStream } from '#hawser/shared/net/random.js';
import type { Blackout } from '#hawser/shared/simulation/link-conditions.js';
import type { LifePlan } from '#hawser/shared/simulation/plan.js';

import { ordinaryLife, oneOf, upTo, within } from './drawing.js';
import {
  between,
  duplex,
  exchange,
  SECOND,
  type Scenarios,
  type ScenarioPlan,
} from './scenario.js';

export const networkScenarios: Scenarios = {
  clean: {
    success: true,
    draw: (random) => between(random, { maximumDeliveryDelayMicros: 0 }, duplex),
  },
  classroom: {
    success: true,
    draw: (random) => {
      const link = {
        lossRate: 0.1,
        corruptionRate: 0.1,
        delayMicros: 50,
        maximumDeliveryDelayMicros: 100_000,
      };
      return between(random, link, (_, side) => {
        const first = side === 0 ? 'write' : 'read';
        const write = { do: 'write', bytes: 3890 } as const;
        const read = { do: 'read', bytes: side === 0 ? Infinity : 3890 } as const;
        return ordinaryLife(random, {
          scripts: [first === 'write' ? [write, read] : [read, write]],
          sendIntervalMicros: oneOf(random, [0, 10_000]),
        });
      });
    },
  },
  loss: {
    success: 'unless cut off at the end',
    draw: (random) => between(random, { lossRate: within(random, 0.01, 0.3) }, duplex),
  },
  burstLoss: {
    success: true,
    draw: (random) =>
      between(
        random,
        { burst: burstLoss(within(random, 0.01, 0.15), within(random, 1, 3)) },
        duplex,
      ),
  },
  corruption: {
    success: 'unless cut off at the end',
    draw: (random) => between(random, { corruptionRate: within(random, 0.01, 0.3) }, duplex),
  },
  duplication: {
    success: true,
    draw: (random) =>
      between(
        random,
        {
          duplicationRate: within(random, 0.1, 1),
          maximumDeliveryDelayMicros: upTo(random, 50_000),
        },
        duplex,
      ),
  },
  reordering: {
    success: true,
    draw: (random) =>
      between(random, { maximumDeliveryDelayMicros: upTo(random, 200_000) }, duplex),
  },
  longDelay: {
    success: 'unless cut off at the end',
    draw: (random) =>
      between(
        random,
        { delayMicros: within(random, 100_000, 900_000), lossRate: oneOf(random, [0, 0, 0.02]) },
        duplex,
      ),
  },
  growingRings: {
    success: true,
    draw: (random) =>
      between(
        random,
        {
          lossRate: oneOf(random, [0, 0.02]),
          delayMicros: upTo(random, 20_000),
          maximumDeliveryDelayMicros: oneOf(random, [0, 0, 20_000]),
        },
        withGrowingRings,
      ),
  },
  bottleneck: {
    success: true,
    draw: (random) =>
      between(
        random,
        {
          bytesPerSecond: within(random, 5_000, 500_000),
          queueBytes: within(random, 2_000, 100_000),
          delayMicros: upTo(random, 50_000),
        },
        duplex,
      ),
  },
  everything: {
    success: 'unless cut off at the end',
    draw: (random) =>
      between(
        random,
        {
          lossRate: within(random, 0, 0.2),
          corruptionRate: within(random, 0, 0.2),
          duplicationRate: within(random, 0, 0.2),
          delayMicros: upTo(random, 50_000),
          maximumDeliveryDelayMicros: upTo(random, 100_000),
        },
        duplex,
      ),
  },
  shortBlackout: {
    success: true,
    draw: (random) => withBlackouts(random, [blackout(random, 1.5 * SECOND)]),
  },
  longBlackouts: {
    success: 'unless cut off at the end',
    draw: (random) =>
      withBlackouts(random, [blackout(random, 5 * SECOND), blackout(random, 20 * SECOND)]),
  },
  deadPath: {
    success: false,
    draw: (random) =>
      withBlackouts(random, [{ fromMicros: upTo(random, SECOND), untilMicros: Infinity }]),
  },
};

/** Ring and window begin small; the buffer grows with a congestion window, where there is one. */
function withGrowingRings(random: RandomStream): LifePlan {
  const life = ordinaryLife(random, { scripts: exchange(upTo(random, 100_000)) });
  const [firstSendSlots, firstReceiveSlots] = [oneOf(random, [4, 16]), oneOf(random, [8, 32])];
  const settings = {
    ...life.settings,
    congestion: oneOf(random, ['bbr', 'none'] as const),
    initialWindowSegments: Math.floor(firstReceiveSlots * 0.8),
    sendBytes: oneOf(random, [20_000, Infinity]),
    initialSendBytes: oneOf(random, [5_000, Infinity]),
  };
  return { ...life, settings, geometry: { ...life.geometry, firstSendSlots, firstReceiveSlots } };
}

/** Begins within the first seconds. */
function blackout(random: RandomStream, longestMicros: number): Blackout {
  const fromMicros = upTo(random, 3 * SECOND);
  return { fromMicros, untilMicros: fromMicros + upTo(random, longestMicros) };
}

/** In one direction, or both. */
function withBlackouts(random: RandomStream, blackouts: readonly Blackout[]): ScenarioPlan {
  const plan = between(random, { lossRate: oneOf(random, [0, 0.05]) }, duplex);
  const dark = { ...plan.links[0], blackouts };
  return { ...plan, links: random.chance(0.5) ? [dark, plan.links[1]] : [dark, dark] };
}
