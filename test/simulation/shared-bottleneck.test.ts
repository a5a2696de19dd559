/** Several connections before one link: together they fill it, and each other's room is gone. */
import test from 'ava';

import { randomStreams } from '#hawser/shared/net/random.js';
import { CLEAN_LINK } from '#hawser/shared/simulation/link-conditions.js';
import type { SimulationPlan } from '#hawser/shared/simulation/plan.js';
import { SharedBottleneck } from '#hawser/shared/simulation/shared-bottleneck.js';

import { hurried, ordinaryLife } from './support/drawing.js';

const RATE = 1_000_000;
const TOTAL = 300_000;

function transfer(seed: number, delayMicros: number): SimulationPlan {
  const [random] = randomStreams(seed, 1);
  const life = (script: 'write' | 'read') =>
    ordinaryLife(random, {
      startAfterMicros: 0,
      wakeLatencyMicros: 50,
      writePace: hurried,
      readPace: hurried,
      geometry: { sendSlots: 128, receiveSlots: 128, slotBytes: 1440 },
      scripts:
        script === 'write'
          ? [[{ do: 'write', bytes: TOTAL }, { do: 'end' }]]
          : [[{ do: 'read', bytes: Infinity }]],
    });
  const link = { ...CLEAN_LINK, delayMicros };
  return {
    seed,
    lives: [[life('write')], [life('read')]],
    links: [link, link],
    limitMicros: Infinity,
    limitEvents: Infinity,
  };
}

test('connections before one bottleneck share its rate, and all complete', (t) => {
  const bottleneck = { bytesPerSecond: RATE, queueBytes: 400_000 };
  const network = new SharedBottleneck(
    [bottleneck, bottleneck],
    [transfer(1, 5_000), transfer(2, 5_000), transfer(3, 20_000)],
  );
  t.is(network.run(60e6), 'all ended');
  for (const flow of network.flows) {
    const [[writer], [reader]] = flow.lives;
    t.is(reader.progress.read, TOTAL);
    t.is(reader.progress.wrongAt, undefined);
    t.is(writer.failure, undefined);
    // Alone it would have found the queue empty.
    t.true(flow.links[0].path.queueing.quantile(0.5) > 20_000);
  }
  const leastMicros = (3 * TOTAL * 1e6) / RATE;
  t.true(network.agenda.nowMicros > leastMicros);
  t.true(network.agenda.nowMicros < 1.3 * leastMicros + 3e6);
});
