/** An experiment measures what it says, and the same scenario gives the same outcome. */
import test from 'ava';

import { runExperiment } from '#hawser/shared/sweep/experiment.js';
import { jainIndex } from '#hawser/shared/sweep/outcome.js';
import { keyOf, queueBytes, type Scenario } from '#hawser/shared/sweep/scenario.js';

import { SCENARIO } from './scenario.js';

test('a window of one and a half bandwidth–delay products fills the link and half a product of queue', (t) => {
  const { share, queueing, retransmittedShare, droppedShare, series } = runExperiment(SCENARIO);
  t.true(share! > 0.9 && share! < 1, `${share}`);
  t.true(queueing.medianMs > 5 && queueing.medianMs < 25, `${queueing.medianMs}`);
  t.is(retransmittedShare, 0);
  t.is(droppedShare, 0);
  t.true(series.queueMs.some((wait) => wait > 5));
});

test('the same scenario gives the same outcome, another seed another', (t) => {
  const lossy = { ...SCENARIO, lossRate: 0.05 };
  t.deepEqual(runExperiment(lossy), runExperiment(lossy));
  t.notDeepEqual(runExperiment(lossy), runExperiment({ ...lossy, seed: 2 }));
});

test('loss costs about as many retransmissions as there are losses', (t) => {
  const { retransmittedShare } = runExperiment({ ...SCENARIO, lossRate: 0.1, seconds: 5 });
  t.true(retransmittedShare > 0.07 && retransmittedShare < 0.16, `${retransmittedShare}`);
});

test('acknowledgments for every segment cost an answer each, for every eighth an eighth', (t) => {
  const { answersShare: many } = runExperiment({ ...SCENARIO, acknowledgeEvery: 1 });
  const { answersShare: few } = runExperiment(SCENARIO);
  t.true(many > 0.9, `${many}`);
  t.true(few < 0.2, `${few}`);
});

test('a transfer of fixed size ends when its last byte is read', (t) => {
  const { elapsedSeconds, goodputMbit } = runExperiment({ ...SCENARIO, megabytes: 0.5 });
  t.true(elapsedSeconds > 0.4 && elapsedSeconds < 0.7, `${elapsedSeconds}`);
  t.true(Math.abs(goodputMbit - 4 / elapsedSeconds) < 1e-9);
});

test('buffers that grow by themselves fill the link as well', (t) => {
  const one: Scenario = { ...SCENARIO, flows: ['bbr'], rttMs: 50, rateMbit: 20, seconds: 4 };
  const { share } = runExperiment({ ...one, windowSegments: null });
  t.true(share! > 0.9, `${share}`);
});

test('two connections of the same kind share the link', (t) => {
  const { flows, fairness, share } = runExperiment({
    ...SCENARIO,
    flows: ['none', 'none'],
    windowSegments: 16,
    seconds: 4,
  });
  t.deepEqual(
    flows.map(({ congestion }) => congestion),
    ['none', 'none'],
  );
  t.true(fairness > 0.95, `${fairness}`);
  t.true(share! > 0.9, `${share}`);
});

test('without a bottleneck there is no share of one', (t) => {
  const { share, queueing } = runExperiment({ ...SCENARIO, rateMbit: null, seconds: 0.5 });
  t.is(share, null);
  t.is(queueing.medianShare, null);
  t.is(queueing.maximumMs, 0);
});

test("Jain's index is 1 for equals, 1/n for one who has all", (t) => {
  t.is(jainIndex([3, 3, 3]), 1);
  t.is(jainIndex([1, 0, 0, 0]), 0.25);
  t.is(jainIndex([0, 0]), 1);
});

test('a key tells every two scenarios apart, and the queue is in bandwidth–delay products', (t) => {
  const changes: Partial<Scenario>[] = [
    { flows: ['cubic'] },
    { rttMs: 21 },
    { rateMbit: null },
    { queueBdp: 1 },
    { lossRate: 0.1 },
    { reorderingMs: 1 },
    { windowSegments: null },
    { acknowledgeEvery: 9 },
    { acknowledgmentDelayMs: 5 },
    { wakeLatencyMs: 1 },
    { seconds: 3 },
    { megabytes: 1 },
    { seed: 2 },
  ];
  const keys = [{}, ...changes].map((change) => keyOf({ ...SCENARIO, ...change }));
  t.is(new Set(keys).size, keys.length);
  t.is(changes.length, Object.keys(SCENARIO).length);
  t.is(queueBytes(SCENARIO), 100_000);
});
