/** The ordinary case, from which scenarios differ, and how to draw numbers for it. */
import type { Geometry } from '#hawser/shared/memory/layout.js';
import type { RandomStream } from '#hawser/shared/net/random.js';
import type { Pace } from '#hawser/shared/simulation/applications.js';
import { CLEAN_LINK, type LinkConditions } from '#hawser/shared/simulation/link-conditions.js';
import type { LifePlan } from '#hawser/shared/simulation/plan.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';

/** The largest window that the ordinary ring has room for. */
const ORDINARY_WINDOW = 102;

export function upTo(random: RandomStream, most: number): number {
  return random.below(most + 1);
}

export function within(random: RandomStream, least: number, most: number): number {
  return least + random.next() * (most - least);
}

export function oneOf<T>(random: RandomStream, choices: readonly T[]): T {
  return choices[random.below(choices.length)];
}

/** Writes and reads as fast as it can. */
export const hurried: Pace = {
  pieceBytes: { least: 1_000, most: 10_000 },
  pauseRate: 0,
  pauseMicros: { least: 0, most: 0 },
};

/** Random pieces, with a pause after some of them. */
export function chunky(random: RandomStream, mostBytes = 3_000): Pace {
  return {
    pieceBytes: { least: 1, most: 1 + upTo(random, mostBytes) },
    pauseRate: oneOf(random, [0, 0.01, 0.1]),
    pauseMicros: { least: 0, most: upTo(random, 100_000) },
  };
}

/** Slots for a window, as `streamerGeometry` would have it. */
export function geometryFor(windowSegments: number, slotBytes: number): Geometry {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(4, windowSegments * 1.25)));
  return { sendSlots: slots, receiveSlots: slots, slotBytes };
}

/** Settings as those of a `Streamer`, with what its options can change drawn at random. */
export function ordinarySettings(random: RandomStream): LifePlan['settings'] {
  const nagle = random.chance(0.7);
  return {
    ...defaultSettings,
    windowSegments: ORDINARY_WINDOW,
    nagle,
    greet: random.chance(0.3),
    holdMicros: nagle ? oneOf(random, [0, 10_000]) : 0,
    acknowledgeEvery: oneOf(random, [2, 16, 64]),
    initialTimeoutMicros: oneOf(random, [250_000, 1_000_000]),
    maximumTimeoutMicros: oneOf(random, [4_000_000, 60_000_000]),
    openingTimeoutLimitMicros: oneOf(random, [1_000_000, 2_000_000]),
  };
}

export function ordinaryLife(random: RandomStream, changes: Partial<LifePlan>): LifePlan {
  const slotBytes = oneOf(random, [64, 256, 1440]);
  return {
    settings: ordinarySettings(random),
    geometry: geometryFor(ORDINARY_WINDOW, slotBytes),
    startAfterMicros: oneOf(random, [0, 0, upTo(random, 100_000)]),
    scripts: [],
    writePace: chunky(random),
    readPace: chunky(random),
    clockOriginMicros: within(random, 0, 1e12),
    wallClockErrorMicros: within(random, -50_000, 50_000),
    wakeLatencyMicros: oneOf(random, [1, 50, 50, 5_000]),
    sendIntervalMicros: 0,
    ...changes,
  };
}

export function ordinaryLink(
  random: RandomStream,
  changes: Partial<LinkConditions>,
): LinkConditions {
  return {
    ...CLEAN_LINK,
    delayMicros: oneOf(random, [10, 100, 1_000, 20_000]),
    maximumDeliveryDelayMicros: oneOf(random, [0, 0, 1_000]),
    ...changes,
  };
}
