/**
 * Path MTU discovery over virtual networks: it finds what the path carries, lives with a path that
 * carries less than before, and never touches what it need not.
 */
import test from 'ava';

import { type LinkConditions, CLEAN_LINK } from '#hawser/shared/simulation/link-conditions.js';
import type { Life } from '#hawser/shared/simulation/life.js';
import type { LifePlan, Script, SimulationPlan } from '#hawser/shared/simulation/plan.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';

import { hurried, ordinaryLife } from './support/drawing.js';
import { play } from './support/verdict.js';

/** The largest UDP payload, less what a payload that is a multiple of 8 leaves unused. */
const LARGEST = 65_504;
const MEGABYTE = 1e6;

const write = (bytes: number): Script => [{ do: 'write', bytes }, { do: 'end' }];
const readAll: Script = [{ do: 'read', bytes: Infinity }];

interface Case {
  readonly seed: number;
  readonly bytes?: number;
  readonly link: Partial<LinkConditions>;
  readonly settings?: Partial<LifePlan['settings']>;
  readonly rings?: Partial<LifePlan['geometry']>;
}

function planOf({ seed, bytes = MEGABYTE, link, settings, rings }: Case): SimulationPlan {
  const [random] = randomStreams(seed, 1);
  const conditions = { ...CLEAN_LINK, delayMicros: 10_000, ...link };
  const life = (scripts: readonly Script[]) =>
    ordinaryLife(random, {
      scripts,
      startAfterMicros: 0,
      wakeLatencyMicros: 50,
      writePace: hurried,
      readPace: hurried,
      geometry: { sendSlots: 64, receiveSlots: 64, slotBytes: LARGEST - 32, ...rings },
      settings: {
        ...defaultSettings,
        windowSegments: 48,
        maximumDatagramBytes: LARGEST,
        initialDatagramBytes: 1200,
        ...settings,
      },
    });
  return {
    seed,
    lives: [[life([write(bytes), readAll])], [life([write(0), readAll])]],
    links: [conditions, conditions],
    limitMicros: 2_000e6,
    limitEvents: 2e6,
  };
}

/** The sender of a transfer that must succeed. */
function senderOf(
  t: { deepEqual(a: unknown, b: unknown, message: string): void },
  one: Case,
): Life {
  const { simulation, complaints } = play(planOf(one), { success: true });
  t.deepEqual(complaints, [], `seed ${one.seed}`);
  return simulation.lives[0][0];
}

/** A megabyte takes a second. */
const SLOW = { bytesPerSecond: MEGABYTE, queueBytes: MEGABYTE };

for (const carried of [1200, 1280, 1472, 8972, 20_000, LARGEST]) {
  test(`a path that carries ${carried} bytes is found to`, (t) => {
    const link = { maximumDatagramBytes: carried, ...SLOW };
    const sender = senderOf(t, { seed: carried, link, bytes: 5 * MEGABYTE });
    const { pathDatagramBytes, pathBlackHoles } = sender.statistics();
    t.true(pathDatagramBytes <= carried, `${pathDatagramBytes}`);
    t.true(pathDatagramBytes >= carried * 0.96, `${pathDatagramBytes}`);
    t.is(pathBlackHoles, 0);
  });
}

test('Ethernet takes one probe to find, loopback another one', (t) => {
  const ethernet = { maximumDatagramBytes: 1472 };
  const limited = { maximumDatagramBytes: 1472 };
  t.is(senderOf(t, { seed: 1, link: ethernet, settings: limited }).statistics().pathProbesSent, 1);
  const sender = senderOf(t, { seed: 2, link: { maximumDatagramBytes: LARGEST } });
  t.is(sender.statistics().pathProbesSent, 2);
});

test('where the first size is the largest there are no probes', (t) => {
  const fixed = { maximumDatagramBytes: 1472, initialDatagramBytes: 1472 };
  const { pathProbesSent, partsSent } = senderOf(t, {
    seed: 3,
    link: {},
    settings: fixed,
  }).statistics();
  t.is(pathProbesSent, 0);
  t.is(partsSent, 0);
});

for (const [wanted, carried] of [
  [1472, 1400],
  [1472, 600],
  [1200, 1100],
]) {
  test(`a path that carries ${carried} bytes, where ${wanted} were asked for, gets everything through`, (t) => {
    const settings = { maximumDatagramBytes: wanted, initialDatagramBytes: wanted };
    for (const laterMaximums of [[], [{ fromMicros: 1_000_000, maximumDatagramBytes: carried }]]) {
      const maximumDatagramBytes = laterMaximums.length > 0 ? wanted : carried;
      const link = { maximumDatagramBytes, laterMaximums, ...SLOW };
      const sender = senderOf(t, { seed: 6, link, settings, bytes: 2 * MEGABYTE });
      const { pathDatagramBytes, pathBlackHoles } = sender.statistics();
      t.true(pathBlackHoles >= 1);
      t.true(pathDatagramBytes <= carried, `${pathDatagramBytes}`);
    }
  });
}

test('loss on the way hides no size that the path carries', (t) => {
  for (let seed = 1; seed <= 4; seed++) {
    const link = { maximumDatagramBytes: 1472, lossRate: 0.05 };
    const { pathDatagramBytes } = senderOf(t, { seed, link }).statistics();
    t.is(pathDatagramBytes, 1472, `seed ${seed}`);
  }
});

for (const [before, after] of [
  [1472, 1280],
  [8972, 1472],
  [LARGEST, 1472],
  [LARGEST, 576],
]) {
  test(`a path that carries ${after} bytes, after ${before} at first, gets everything through`, (t) => {
    for (let seed = 1; seed <= 2; seed++) {
      const laterMaximums = [{ fromMicros: 1_000_000, maximumDatagramBytes: after }];
      const link = { maximumDatagramBytes: before, laterMaximums, ...SLOW };
      const sender = senderOf(t, { seed, link, bytes: 4 * MEGABYTE });
      const { pathDatagramBytes, pathBlackHoles, partsSent } = sender.statistics();
      t.true(pathBlackHoles >= 1, `seed ${seed}`);
      t.true(partsSent >= 1, `seed ${seed}`);
      t.true(pathDatagramBytes <= after, `seed ${seed}: ${pathDatagramBytes}`);
    }
  });
}

test('large segments get through a path that carries little and loses some', (t) => {
  for (let seed = 1; seed <= 4; seed++) {
    const laterMaximums = [{ fromMicros: 1_000_000, maximumDatagramBytes: 1472 }];
    const link = { maximumDatagramBytes: LARGEST, laterMaximums, lossRate: 0.02, ...SLOW };
    const { simulation, complaints } = play(planOf({ seed, link, bytes: 4 * MEGABYTE }), {
      success: true,
    });
    t.deepEqual(complaints, [], `seed ${seed}`);
    const seconds = simulation.agenda.nowMicros / 1e6;
    t.true(seconds < 200, `seed ${seed}: ${seconds} s`);
  }
});

test('a segment gets through in parts although the queue on the way holds only a few of them', (t) => {
  for (const carried of [1472, 576]) {
    for (let seed = 1; seed <= 4; seed++) {
      const laterMaximums = [{ fromMicros: 300_000, maximumDatagramBytes: carried }];
      const narrow = { bytesPerSecond: 2.5 * MEGABYTE, queueBytes: 20_000, delayMicros: 5_000 };
      const link = { maximumDatagramBytes: LARGEST, laterMaximums, ...narrow };
      const { simulation, complaints } = play(planOf({ seed, link, bytes: 2 * MEGABYTE }), {
        success: true,
      });
      t.deepEqual(complaints, [], `seed ${seed}`);
      const seconds = simulation.agenda.nowMicros / 1e6;
      t.true(seconds < 60, `${carried} bytes, seed ${seed}: ${seconds} s`);
    }
  }
});

test('a path that carries more again is used to the full within ten minutes', (t) => {
  const laterMaximums = [
    { fromMicros: 30_000_000, maximumDatagramBytes: 1200 },
    { fromMicros: 60_000_000, maximumDatagramBytes: 1472 },
  ];
  const slow = { bytesPerSecond: 1e4, queueBytes: 1e6 };
  const link = { maximumDatagramBytes: 1472, laterMaximums, ...slow };
  const settings = { maximumDatagramBytes: 1472, windowSegments: 8 };
  const sender = senderOf(t, { seed: 5, link, settings, bytes: 8 * MEGABYTE });
  const { pathBlackHoles, pathDatagramBytes } = sender.statistics();
  t.is(pathBlackHoles, 1);
  t.is(pathDatagramBytes, 1472);
});

test('parts survive loss, duplication, reordering and damage', (t) => {
  let parts = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const laterMaximums = [{ fromMicros: 100_000, maximumDatagramBytes: 1300 }];
    const link = {
      maximumDatagramBytes: LARGEST,
      laterMaximums,
      lossRate: 0.02,
      duplicationRate: 0.05,
      corruptionRate: 0.01,
      maximumDeliveryDelayMicros: 20_000,
      bytesPerSecond: 2e7,
      queueBytes: 1e6,
    };
    parts += senderOf(t, { seed, link, bytes: 2 * MEGABYTE }).statistics().partsSent;
  }
  t.true(parts > 0);
});
