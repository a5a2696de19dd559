/** The model of a path, in numbers: what it does to datagrams, how often, and when. */
import test from 'ava';

import { Bottleneck } from '#hawser/shared/net/path/bottleneck.js';
import {
  burstLoss,
  type PathConditions,
  PERFECT_PATH,
} from '#hawser/shared/net/path/conditions.js';
import { PathModel } from '#hawser/shared/net/path/path-model.js';

const MANY = 50_000;
const BYTES = 1000;

function pathWith(conditions: Partial<PathConditions>, seed = 1): PathModel {
  return new PathModel({ ...PERFECT_PATH, ...conditions }, seed);
}

/** Arrivals of `count` datagrams sent one every `everyMicros`; Infinity for a lost one. */
function arrivals(path: PathModel, count: number, everyMicros: number, bytes = BYTES): number[] {
  return Array.from(
    { length: count },
    (_, at) => path.carry(bytes, at * everyMicros).arrivesAtMicros,
  );
}

/** Lengths of the runs of lost datagrams. */
function runsOfLosses(arrivalMicros: readonly number[]): number[] {
  const text = arrivalMicros.map((at) => (at === Infinity ? 'x' : '.')).join('');
  return [...text.matchAll(/x+/g)].map(([run]) => run.length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test('a perfect path delivers at once, whole and once', (t) => {
  const fate = pathWith({}).carry(65_507, 77);
  t.is(fate.arrivesAtMicros, 77);
  t.is(fate.copyArrivesAtMicros, Infinity);
  t.false(fate.isDamaged);
  t.is(fate.queueingMicros, 0);
});

test('loss, corruption and duplication hit the share they should, each counted by its name', (t) => {
  const path = pathWith({ lossRate: 0.2, corruptionRate: 0.3, duplicationRate: 0.4 });
  arrivals(path, MANY, 1);
  const { sent, sentBytes, lost, lostByChance, corrupted, duplicated } = path.counters;
  t.deepEqual([sent, sentBytes, lost], [MANY, MANY * BYTES, lostByChance]);
  t.true(Math.abs(lost / MANY - 0.2) < 0.006, `${lost}`);
  t.true(Math.abs(corrupted / (MANY - lost) - 0.3) < 0.008, `${corrupted}`);
  t.true(Math.abs(duplicated / (MANY - lost) - 0.4) < 0.008, `${duplicated}`);
});

test('certain loss, corruption and duplication are certain', (t) => {
  t.true(arrivals(pathWith({ lossRate: 1 }), 100, 1).every((at) => at === Infinity));
  const path = pathWith({ corruptionRate: 1, duplicationRate: 1 });
  arrivals(path, 100, 1);
  t.is(path.counters.corrupted, 100);
  t.is(path.counters.duplicated, 100);
});

test('a damaged datagram differs, and nothing beside it does', (t) => {
  const path = pathWith({ corruptionRate: 0.05 });
  let hits = 0;
  for (let at = 0; at < 2000; at++) {
    const bytes = new Uint8Array(BYTES + 20);
    if (!path.carry(BYTES, at).isDamaged) continue;
    hits += 1;
    path.damage(bytes, 10, BYTES);
    t.true(bytes.subarray(10, 10 + BYTES).some((byte) => byte !== 0));
    t.true(bytes.subarray(0, 10).every((byte) => byte === 0));
    t.true(bytes.subarray(10 + BYTES).every((byte) => byte === 0));
  }
  t.true(hits > 60 && hits < 140, `${hits}`);
});

test('one impairment leaves the decisions of the others as they were', (t) => {
  const plain = arrivals(pathWith({ maximumDeliveryDelayMicros: 1e5 }), 500, 10);
  const busy = pathWith({
    maximumDeliveryDelayMicros: 1e5,
    lossRate: 0.3,
    corruptionRate: 0.5,
    burst: burstLoss(0.1, 4),
  });
  arrivals(busy, 500, 10).forEach((at, index) => {
    t.true(at === Infinity || at === plain[index]);
  });
});

test('the same seed gives the same fates, another seed gives others', (t) => {
  const conditions = { lossRate: 0.3, maximumDeliveryDelayMicros: 1000 };
  const one = arrivals(pathWith(conditions, 5), 200, 1);
  t.deepEqual(arrivals(pathWith(conditions, 5), 200, 1), one);
  t.notDeepEqual(arrivals(pathWith(conditions, 6), 200, 1), one);
});

for (const [share, length] of [
  [0.05, 8],
  [0.3, 3],
  [0.01, 1],
] as const) {
  test(`burst loss of ${share} in bursts of ${length}: both come out so`, (t) => {
    const lost = arrivals(pathWith({ burst: burstLoss(share, length) }), 8 * MANY, 1);
    const runs = runsOfLosses(lost);
    const total = runs.reduce((sum, run) => sum + run, 0);
    t.true(Math.abs(total / lost.length / share - 1) < 0.06, `share ${total / lost.length}`);
    t.true(Math.abs(mean(runs) / length - 1) < 0.06, `mean length ${mean(runs)}`);
  });
}

test('a bad state that loses half loses as much in all, in gaps', (t) => {
  const path = pathWith({ burst: burstLoss(0.05, 10, 0.5) });
  const runs = runsOfLosses(arrivals(path, 8 * MANY, 1));
  t.true(Math.abs(path.counters.lostInBursts / (8 * MANY) - 0.05) < 0.004);
  t.true(mean(runs) < 3, `${mean(runs)}`);
});

test('the delivery delay is uniform, and lets datagrams overtake each other', (t) => {
  const path = pathWith({ delayMicros: 1000, maximumDeliveryDelayMicros: 100_000 });
  const delays = arrivals(path, MANY, 10).map((at, index) => at - 10 * index);
  t.true(delays.every((delay) => delay >= 1000 && delay < 101_000));
  for (const share of [0.1, 0.5, 0.9]) {
    const below = delays.filter((delay) => delay < 1000 + share * 100_000).length / MANY;
    t.true(Math.abs(below - share) < 0.01, `${share}: ${below}`);
  }
});

test('jitter wanders over its whole range and never reorders', (t) => {
  const path = pathWith({ delayMicros: 500, jitterMicros: 20_000 });
  const arrived = arrivals(path, MANY, 400);
  const delays = arrived.map((at, index) => at - 400 * index);
  t.true(arrived.every((at, index) => index === 0 || at > arrived[index - 1]));
  t.true(delays.every((delay) => delay >= 500 && delay < 20_500));
  t.true(delays.some((delay) => delay < 2500) && delays.some((delay) => delay > 18_500));
  t.true(Math.abs(mean(delays) - 10_500) < 700, `${mean(delays)}`);
});

test('the bottleneck spaces datagrams out by their size and drops the tail', (t) => {
  const path = pathWith({ bytesPerSecond: 1e6, queueBytes: 3000, delayMicros: 7 });
  const arrived = Array.from({ length: 5 }, () => path.carry(1000, 50).arrivesAtMicros);
  t.deepEqual(arrived, [1057, 2057, 3057, Infinity, Infinity]);
  t.is(path.counters.droppedByQueue, 2);
  t.is(path.bottleneck.waitingBytes(1050), 2000);
  t.is(path.carry(1000, 1050).arrivesAtMicros, 4057);
  t.is(path.carry(500, 1e6).arrivesAtMicros, 1e6 + 507);
});

test('how long each datagram waited before the bottleneck can be seen, and is summed up', (t) => {
  const path = pathWith({ bytesPerSecond: 1e6, queueBytes: 3000 });
  const waits = Array.from({ length: 4 }, () => path.carry(1000, 0).queueingMicros);
  t.deepEqual(waits, [0, 1000, 2000, Infinity]);
  t.is(path.queueing.count, 3);
  t.is(path.queueing.maximumMicros, 2000);
  t.true(Math.abs(path.queueing.quantile(0.5) - 1000) < 40);
});

test('a queue smaller than a datagram passes one at a time', (t) => {
  const path = pathWith({ bytesPerSecond: 1e6, queueBytes: 100 });
  t.is(path.carry(1000, 0).arrivesAtMicros, 1000);
  t.true(path.carry(1000, 500).isLost);
  t.is(path.carry(1000, 1000).arrivesAtMicros, 2000);
});

test('two paths that share a bottleneck wait for each other', (t) => {
  const shared = new Bottleneck(1e6, 10_000);
  const near = new PathModel({ ...PERFECT_PATH, delayMicros: 1 }, 1, shared);
  const far = new PathModel({ ...PERFECT_PATH, delayMicros: 9000 }, 2, shared);
  t.is(near.carry(1000, 0).arrivesAtMicros, 1001);
  t.is(far.carry(1000, 0).arrivesAtMicros, 11_000);
  t.is(near.carry(1000, 0).queueingMicros, 2000);
});

test('a blackout swallows what would leave in it, counted from the beginning of the path', (t) => {
  const blackouts = [{ fromMicros: 10, untilMicros: 20 }];
  const conditions = { ...PERFECT_PATH, blackouts };
  const path = new PathModel(conditions, 1, undefined, 1000);
  const lost = [1009, 1010, 1019, 1020].map((now) => path.carry(1, now).isLost);
  t.deepEqual(lost, [false, true, true, false]);
  t.is(path.counters.lostInBlackouts, 2);
});

test('what is too large is dropped and takes no room in the queue', (t) => {
  const path = pathWith({ maximumDatagramBytes: 1200, bytesPerSecond: 1e6 });
  t.true(path.carry(1201, 0).isLost);
  t.is(path.carry(1200, 0).arrivesAtMicros, 1200);
  t.is(path.counters.droppedAsTooLarge, 1);
});
