/** A connection without a check of integrity: only where both sides want none. */
import test from 'ava';
import { randomStreams } from '#hawser/shared/net/random.js';
import { SendWord } from '#hawser/shared/memory/layout.js';
import { CLEAN_LINK, type LinkConditions } from '#hawser/shared/simulation/link-conditions.js';
import type { Script, SimulationPlan } from '#hawser/shared/simulation/plan.js';
import { Integrity } from '#hawser/shared/wire/segment.js';
import { ordinaryLife, ordinarySettings } from './support/drawing.js';
import { play } from './support/verdict.js';

const { none, crc32 } = Integrity;
const BYTES = 60_000;
const scripts: readonly Script[] = [
  [{ do: 'write', bytes: BYTES }, { do: 'end' }],
  [{ do: 'read', bytes: Infinity }],
];
const seeds = Array.from({ length: 8 }, (_, i) => i + 1);

function planOf(
  seed: number,
  offered: readonly [Integrity, Integrity],
  link: Partial<LinkConditions>,
): SimulationPlan {
  const [random] = randomStreams(seed, 1);
  const conditions = { ...CLEAN_LINK, delayMicros: 1_000, ...link };
  const [one, other] = offered.map((integrity) =>
    ordinaryLife(random, { scripts, settings: { ...ordinarySettings(random), integrity } }),
  );
  const { geometry } = one;
  return {
    seed,
    lives: [[one], [{ ...other, geometry }]],
    links: [conditions, conditions],
    limitMicros: 600e6,
    limitEvents: 1e6,
  };
}

const unruly = { lossRate: 0.1, duplicationRate: 0.05, maximumDeliveryDelayMicros: 20_000 };

test('without a check streams arrive whole, also over a path that loses and shuffles', (t) => {
  for (const seed of seeds) {
    const { simulation, complaints } = play(planOf(seed, [none, none], unruly), { success: true });
    t.deepEqual(complaints, [], `seed ${seed}`);
    for (const [life] of simulation.lives) t.is(life.endpoint.memory.send[SendWord.unchecked], 1);
  }
});

for (const offered of [
  [none, crc32],
  [crc32, none],
] as const) {
  const names = offered.map((kind) => (kind === none ? 'none' : 'CRC-32')).join(' and ');
  test(`offered ${names}, corruption is noticed`, (t) => {
    for (const seed of seeds) {
      const plan = planOf(seed, offered, { ...unruly, corruptionRate: 0.1 });
      const { simulation, complaints } = play(plan, { success: true });
      t.deepEqual(complaints, [], `seed ${seed}`);
      for (const [life] of simulation.lives) t.is(life.endpoint.memory.send[SendWord.unchecked], 0);
    }
  });
}
