/**
 * What congestion control is for, in virtual time: the link is filled, also where it loses; the queue
 * stays short; flows share; and neither reordering nor a blackout is taken for what it is not. Shares
 * are of what the link can deliver, (1 − loss) of its rate.
 */
import test from 'ava';

import type { CongestionName } from '#hawser/shared/transport/congestion/choice.js';

import { type FlowResult, megabits, playScene, type Scene } from './support/bulk.js';

const RTT_MS = 50;
const FAST = megabits(100);
/** Cheap to simulate for long. */
const SLOW = megabits(20);
const NARROW = megabits(10);

const scene: Omit<Scene, 'flows'> = { seed: 1, seconds: 5, rttMs: RTT_MS, bytesPerSecond: FAST };

function shares(flows: readonly FlowResult[], bytesPerSecond: number): number[] {
  return flows.map((flow) => flow.bytesPerSecond / bytesPerSecond);
}

/** R. Jain, D. Chiu, W. Hawe, DEC-TR-301, 1984: 1 if all get the same. */
function jain(rates: readonly number[]): number {
  const sum = rates.reduce((total, rate) => total + rate, 0);
  const squares = rates.reduce((total, rate) => total + rate ** 2, 0);
  return sum ** 2 / (rates.length * squares);
}

/** What lies between is in the sweep of docs/performance.md. */
const filled: readonly [CongestionName, number, number][] = [
  ['bbr', 0, 0.97],
  ['bbr', 0.05, 0.94],
  ['bbr', 0.1, 0.9],
  ['cubic', 0, 0.97],
];

for (const [congestion, lossRate, least] of filled) {
  test(`${congestion} fills a link that loses ${lossRate * 100} % to at least ${least}`, (t) => {
    const { flows, queueing } = playScene({
      ...scene,
      settledAfterSeconds: 1,
      link: { lossRate },
      backLink: { lossRate },
      flows: [{ congestion }],
    });
    const [share] = shares(flows, FAST * (1 - lossRate));
    const queueMs = queueing.quantile(0.5) / 1e3;
    t.log(`${share.toFixed(3)}, ${queueMs.toFixed(1)} ms in the queue`);
    t.true(share >= least, `${share}`);
    if (congestion === 'bbr') t.true(queueMs < RTT_MS / 4, `${queueMs} ms`);
  });
}

test('bbr: lost answers to the first flight do not make a path look as if it shuffled', (t) => {
  for (const seed of [1, 2]) {
    const dark = { blackouts: [{ fromMicros: 30_000, untilMicros: 500_000 }] };
    const { flows } = playScene({
      ...scene,
      seed,
      seconds: 4,
      link: dark,
      backLink: dark,
      bytesPerSecond: SLOW,
      flows: [{ congestion: 'bbr' }],
    });
    const [{ statistics, retransmissions }] = flows;
    const again = retransmissions / statistics.dataSegmentsSent;
    t.log(`${(again * 100).toFixed(1)} % sent again`);
    t.true(again < 0.05, `${again}`);
  }
});

test('bbr: a network that doubles one datagram in five does not make a path look as if it shuffled', (t) => {
  const doubling = { duplicationRate: 0.2 };
  const { flows, queueing } = playScene({
    ...scene,
    seconds: 4,
    link: doubling,
    backLink: doubling,
    bytesPerSecond: SLOW,
    flows: [{ congestion: 'bbr' }],
  });
  const [{ statistics, retransmissions }] = flows;
  const again = retransmissions / statistics.dataSegmentsSent;
  t.log(
    `${(again * 100).toFixed(1)} % sent again, ${queueing.quantile(0.5) / 1e3} ms in the queue`,
  );
  t.true(again < 0.05, `${again}`);
  t.true(queueing.quantile(0.5) / 1e3 < RTT_MS / 2);
});

test('bbr: a flight whose tail has no room is asked about, though others wait to be sent again', (t) => {
  const { flows } = playScene({
    ...scene,
    seconds: 2,
    rttMs: 1,
    queue: 0.5,
    flows: [{ congestion: 'bbr' }],
  });
  t.is(flows[0].statistics.timeouts, 0);
});

for (const congestion of ['bbr', 'cubic'] as const) {
  test(`two flows of ${congestion} share a link`, (t) => {
    const rates = [1, 2, 3].map((seed) => {
      const { flows } = playScene({
        ...scene,
        seed,
        seconds: 30,
        bytesPerSecond: NARROW,
        flows: [{ congestion }, { congestion, startMs: 20 }],
      });
      return shares(flows, NARROW);
    });
    t.log(rates.map(([one, other]) => `${one.toFixed(2)} and ${other.toFixed(2)}`).join(', '));
    const indices = rates.map(jain).sort((a, b) => a - b);
    t.true(indices[1] >= 0.95, indices.join());
    for (const [one, other] of rates) t.true(one + other > 0.93);
  });
}

test('beside each other neither bbr nor cubic starves', (t) => {
  const { flows } = playScene({
    ...scene,
    seconds: 30,
    bytesPerSecond: SLOW,
    flows: [{ congestion: 'bbr' }, { congestion: 'cubic' }],
  });
  const rates = shares(flows, SLOW);
  t.log(`bbr ${rates[0].toFixed(2)}, cubic ${rates[1].toFixed(2)}`);
  t.true(Math.min(...rates) >= 0.25, rates.join());
});

for (const congestion of ['bbr', 'cubic'] as const) {
  test(`${congestion}: 100 kB take at most four round trips, opening included`, (t) => {
    const { flows } = playScene({
      ...scene,
      seconds: (4 * RTT_MS) / 1e3,
      flows: [{ congestion, bytes: 100_000 }],
    });
    t.is(flows[0].bytes, 100_000);
  });

  test(`${congestion}: after a blackout of 2 s the first time-out brings everything back`, (t) => {
    const { flows } = playScene({
      ...scene,
      seconds: 10,
      bytesPerSecond: SLOW,
      link: { blackouts: [{ fromMicros: 3e6, untilMicros: 5e6 }] },
      flows: [{ congestion }],
    });
    const [{ course, statistics }] = flows;
    // The bytes read in each tenth of a second; the time-out has doubled for so long as it was dark.
    const gained = course.map((bytes, at) => bytes - (course[at - 1] ?? 0));
    const back = gained.findIndex((bytes, at) => at >= 50 && bytes > 0) / 10;
    t.log(`back after ${(back - 5).toFixed(1)} s, ${statistics.timeouts} time-outs`);
    t.true(back - 5 <= 2, `${back} s`);
    const afterwards = course[Math.round(back * 10) + 20] - course[Math.round(back * 10) + 10];
    t.true(afterwards >= 0.8 * SLOW, `${afterwards} bytes in a second`);
  });
}

test('bbr: 0 to 100 ms of reordering are neither a queue nor losses', (t) => {
  const { flows } = playScene({
    seed: 1,
    seconds: 1.5,
    settledAfterSeconds: 1,
    rttMs: 1,
    link: { maximumDeliveryDelayMicros: 100_000 },
    backLink: { maximumDeliveryDelayMicros: 100_000 },
    flows: [{ congestion: 'bbr' }],
  });
  const [{ bytesPerSecond, statistics, retransmissions }] = flows;
  t.log(`${(bytesPerSecond / 1e6).toFixed(1)} MB/s, ${retransmissions} sent again`);
  t.true(bytesPerSecond >= 20e6);
  t.true(retransmissions < 0.01 * statistics.dataSegmentsSent, 'nothing is lost');
});

test('bbr: 10 % loss on a path without a bottleneck is no reason to hold back', (t) => {
  const { flows } = playScene({
    seed: 1,
    seconds: 3,
    settledAfterSeconds: 1,
    rttMs: RTT_MS,
    link: { lossRate: 0.1 },
    flows: [{ congestion: 'bbr' }],
  });
  const [{ bytesPerSecond }] = flows;
  t.log(`${(bytesPerSecond / 1e6).toFixed(1)} MB/s`);
  t.true(bytesPerSecond >= 20e6);
});
