/**
 * The scenarios: each draws a whole simulation from a random stream. What a scenario is about is set
 * in its own few lines; the rest comes from {@link ordinaryPlan}.
 */
import type { RandomStream } from '#hawser/shared/net/random.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import type { Blackout, LinkConditions } from '#hawser/shared/simulation/link-conditions.js';
import type { LifePlan, Script, SimulationPlan } from '#hawser/shared/simulation/plan.js';

import {
  chunky,
  geometryFor,
  hurried,
  ordinaryLife,
  ordinaryLink,
  ordinarySettings,
  oneOf,
  upTo,
  within,
} from './drawing.js';
import type { Expectation } from './verdict.js';

export interface Scenario extends Expectation {
  readonly draw: (random: RandomStream) => ScenarioPlan;
}

type ScenarioPlan = Pick<SimulationPlan, 'lives' | 'links'>;

const SECOND = 1e6;
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
function between(
  random: RandomStream,
  link: Partial<LinkConditions>,
  life: (random: RandomStream, side: number) => LifePlan,
): ScenarioPlan {
  const conditions = ordinaryLink(random, link);
  return { lives: [[life(random, 0)], [life(random, 1)]], links: [conditions, conditions] };
}

/** Both directions at once: one thread writes and ends the stream, the other reads to the end. */
function exchange(bytes: number): readonly Script[] {
  return [[{ do: 'write', bytes }, { do: 'end' }], [{ do: 'read', bytes: Infinity }]];
}

function duplex(random: RandomStream): LifePlan {
  return ordinaryLife(random, { scripts: exchange(upTo(random, 30_000)) });
}

function duplexBut(random: RandomStream, changes: Partial<LifePlan>): LifePlan {
  return { ...duplex(random), ...changes };
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

export const scenarios: Readonly<Record<string, Scenario>> = {
  clean: {
    success: true,
    draw: (random) => between(random, { jitterMicros: 0 }, duplex),
  },
  classroom: {
    success: true,
    draw: (random) => {
      const link = { lossRate: 0.1, corruptionRate: 0.1, delayMicros: 50, jitterMicros: 100_000 };
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
    success: true,
    draw: (random) => between(random, { lossRate: within(random, 0.01, 0.3) }, duplex),
  },
  burstLoss: {
    success: true,
    draw: (random) =>
      between(
        random,
        { burstRate: within(random, 0.001, 0.05), longestBurstMicros: upTo(random, 300_000) },
        duplex,
      ),
  },
  corruption: {
    success: true,
    draw: (random) => between(random, { corruptionRate: within(random, 0.01, 0.4) }, duplex),
  },
  duplication: {
    success: true,
    draw: (random) =>
      between(
        random,
        { duplicationRate: within(random, 0.1, 1), jitterMicros: upTo(random, 50_000) },
        duplex,
      ),
  },
  reordering: {
    success: true,
    draw: (random) => between(random, { jitterMicros: upTo(random, 200_000) }, duplex),
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
    success: true,
    draw: (random) =>
      between(
        random,
        {
          lossRate: within(random, 0, 0.2),
          corruptionRate: within(random, 0, 0.2),
          duplicationRate: within(random, 0, 0.2),
          delayMicros: upTo(random, 50_000),
          jitterMicros: upTo(random, 100_000),
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
  slowReader: {
    success: true,
    draw: (random) => {
      const link = { lossRate: oneOf(random, [0, 0.1]), jitterMicros: upTo(random, 5_000) };
      return between(random, link, () =>
        duplexBut(random, {
          readPace: {
            pieceBytes: { least: 1, most: 1 + upTo(random, 4_000) },
            pauseRate: within(random, 0.01, 0.5),
            pauseMicros: { least: 0, most: upTo(random, SECOND) },
          },
        }),
      );
    },
  },
  readerThatPausesForLong: {
    success: true,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.1]) }, duplex);
      const pausing = duplexBut(random, {
        scripts: [
          [
            { do: 'pause', micros: within(random, SECOND, 20 * SECOND) },
            { do: 'read', bytes: 5_000 },
            { do: 'pause', micros: within(random, SECOND, 40 * SECOND) },
            { do: 'read', bytes: Infinity },
          ],
        ],
      });
      return { ...plan, lives: [plan.lives[0], [pausing]] };
    },
  },
  tinyWindow: {
    success: true,
    draw: (random) => {
      const link = { lossRate: oneOf(random, [0, 0.1]), jitterMicros: upTo(random, 20_000) };
      return between(random, link, () => {
        const windowSegments = 1 + random.below(3);
        return duplexBut(random, {
          settings: { ...ordinarySettings(random), windowSegments },
          geometry: geometryFor(windowSegments, 64),
          scripts: exchange(upTo(random, 10_000)),
        });
      });
    },
  },
  largeWindow: {
    success: true,
    draw: (random) => {
      const link = { lossRate: oneOf(random, [0, 0.1]), jitterMicros: upTo(random, 100_000) };
      return between(random, link, () =>
        duplexBut(random, {
          settings: { ...ordinarySettings(random), windowSegments: 1024 },
          geometry: geometryFor(1024, 64),
          scripts: exchange(upTo(random, 100_000)),
          writePace: hurried,
        }),
      );
    },
  },
  stopAndWait: {
    success: true,
    draw: (random) => {
      const link = { lossRate: oneOf(random, [0, 0.1]), jitterMicros: upTo(random, 20_000) };
      return between(random, link, () =>
        duplexBut(random, { settings: { ...ordinarySettings(random), maximumInFlight: 1 } }),
      );
    },
  },
  wrapAround: {
    success: true,
    draw: (random) => {
      const link = { lossRate: oneOf(random, [0, 0.1]), jitterMicros: upTo(random, 50_000) };
      const edge = oneOf(random, [2 ** 7, 2 ** 8, 2 ** 15, 2 ** 16, 2 ** 31, 2 ** 32]);
      const initialSegment = (edge - random.below(100)) | 0;
      return between(random, link, () =>
        duplexBut(random, { settings: { ...ordinarySettings(random), initialSegment } }),
      );
    },
  },
  dialogue: {
    success: true,
    draw: (random) => {
      const link = { lossRate: oneOf(random, [0, 0, 0.1]), jitterMicros: upTo(random, 2_000) };
      const rounds = 1 + random.below(40);
      const question = 1 + random.below(3_000);
      const answer = 1 + random.below(3_000);
      return between(random, link, (_, side) => {
        const script = Array.from({ length: rounds }, (_round, i) => {
          const asks = { do: 'write', bytes: side === 0 ? question : answer } as const;
          const hears = { do: 'read', bytes: (i + 1) * (side === 0 ? answer : question) } as const;
          return side === 0 ? [asks, hears] : [hears, asks];
        }).flat();
        const chunk = { least: 3_000, most: 3_000 };
        return ordinaryLife(random, {
          scripts: [script],
          writePace: { ...hurried, pieceBytes: chunk },
        });
      });
    },
  },
  halfClose: {
    success: true,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.1]) }, duplex);
      const early = duplexBut(random, {
        scripts: [
          [{ do: 'write', bytes: upTo(random, 2_000) }, { do: 'end' }],
          [{ do: 'read', bytes: Infinity }],
        ],
      });
      return { ...plan, lives: [[early], plan.lives[1]] };
    },
  },
  closeWhileThePeerStillSends: {
    success: true,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.1]) }, duplex);
      const early = duplexBut(random, {
        scripts: [[{ do: 'read', bytes: upTo(random, 10_000) }]],
      });
      return { ...plan, lives: [[early], plan.lives[1]] };
    },
  },
  nothingToSay: {
    success: true,
    draw: (random) =>
      between(random, { lossRate: oneOf(random, [0, 0.2]) }, () =>
        ordinaryLife(random, { startAfterMicros: upTo(random, SECOND), scripts: [[]] }),
      ),
  },
  abort: {
    success: false,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.1]) }, duplex);
      const fails = { afterMicros: upTo(random, SECOND), code: 'ERR_HAWSER_INTERRUPTED' } as const;
      return { ...plan, lives: [[{ ...plan.lives[0][0], fails }], plan.lives[1]] };
    },
  },
  lateStart: {
    success: true,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.2]) }, duplex);
      const late = { ...plan.lives[1][0], startAfterMicros: upTo(random, 20 * SECOND) };
      return { ...plan, lives: [plan.lives[0], [late]] };
    },
  },
  nobodyThere: {
    success: false,
    draw: (random) => ({ ...between(random, {}, duplex), lives: [[duplex(random)], []] }),
  },
  wrongWallClock: {
    success: true,
    draw: (random) =>
      between(random, { lossRate: oneOf(random, [0, 0.1]) }, () =>
        duplexBut(random, { wallClockErrorMicros: within(random, -3600 * SECOND, 3600 * SECOND) }),
      ),
  },
  restartOfOne: {
    success: false,
    draw: (random) => {
      const plan = between(
        random,
        { lossRate: oneOf(random, [0, 0.1]), jitterMicros: upTo(random, 100_000) },
        duplex,
      );
      const killed = { ...plan.lives[0][0], killedAfterMicros: upTo(random, 2 * SECOND) };
      const again = duplexBut(random, { startAfterMicros: 250_000 + upTo(random, SECOND) });
      return { ...plan, lives: [[killed, again], plan.lives[1]] };
    },
  },
  restartOfBoth: {
    success: false,
    draw: (random) => {
      const link = {
        lossRate: oneOf(random, [0, 0.1]),
        duplicationRate: oneOf(random, [0, 0.2]),
        jitterMicros: upTo(random, 250_000),
      };
      const pair = between(random, link, duplex);
      const lives = pair.lives.map(([first]) => [
        random.chance(0.5) ? { ...first, killedAfterMicros: upTo(random, 2 * SECOND) } : first,
        duplexBut(random, { startAfterMicros: 250_000 + upTo(random, SECOND) }),
        duplexBut(random, { startAfterMicros: 250_000 + upTo(random, SECOND) }),
      ]);
      return { ...pair, lives: [lives[0], lives[1]] };
    },
  },
  restartAmongStragglers: {
    success: false,
    draw: (random) => {
      const jitterMicros = within(random, 0.5 * SECOND, 3 * SECOND);
      const pair = between(random, { jitterMicros, duplicationRate: 0.1 }, duplex);
      const lives = pair.lives.map(([first]) => [
        { ...first, killedAfterMicros: upTo(random, 2 * SECOND) },
        duplexBut(random, { startAfterMicros: 250_000 + upTo(random, SECOND) }),
      ]);
      return { ...pair, lives: [lives[0], lives[1]] };
    },
  },
  oneRunAfterTheOther: {
    success: true,
    draw: (random) => {
      const pair = between(
        random,
        { jitterMicros: upTo(random, 100_000), duplicationRate: 0.2 },
        duplex,
      );
      // Longer than a side can lag behind the other at their end.
      const second = () =>
        duplexBut(random, { startAfterMicros: 3 * SECOND + upTo(random, SECOND) });
      return {
        ...pair,
        lives: [
          [pair.lives[0][0], second()],
          [pair.lives[1][0], second()],
        ],
      };
    },
  },
  smallPieces: {
    success: true,
    draw: (random) =>
      between(random, { lossRate: oneOf(random, [0, 0.05]) }, () =>
        duplexBut(random, { writePace: chunky(random, 20), scripts: exchange(4_000) }),
      ),
  },
};
