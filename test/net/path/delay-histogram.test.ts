import test from 'ava';

import { DelayHistogram } from '#hawser/shared/net/path/delay-histogram.js';
import { randomStreams } from '#hawser/shared/net/random.js';

const SEED = 11;

test('a quantile is right to 5 %, over nine orders of magnitude', (t) => {
  const [random] = randomStreams(SEED, 1);
  const histogram = new DelayHistogram();
  const samples = Array.from({ length: 20_001 }, () => 10 ** (1 + 8 * random.next()));
  for (const sample of samples) histogram.add(sample);
  samples.sort((a, b) => a - b);
  for (const share of [0.01, 0.5, 0.9, 0.999]) {
    const exact = samples[Math.ceil(share * samples.length) - 1];
    const ratio = histogram.quantile(share) / exact;
    t.true(ratio > 0.95 && ratio < 1.05, `seed ${SEED}, ${share}: ${ratio}`);
  }
});

test('zero stays zero, nothing exceeds the maximum, and no samples mean 0', (t) => {
  const histogram = new DelayHistogram();
  t.deepEqual([histogram.quantile(0.5), histogram.meanMicros], [0, 0]);
  for (const micros of [0, 0, 0, 100]) histogram.add(micros);
  t.is(histogram.quantile(0.5), 0);
  t.true(histogram.quantile(1) <= 100);
  t.is(histogram.maximumMicros, 100);
  t.is(histogram.meanMicros, 25);
});

test('two histograms together are as one of all samples', (t) => {
  const [one, two, all] = [new DelayHistogram(), new DelayHistogram(), new DelayHistogram()];
  for (let micros = 1; micros <= 1000; micros++) {
    (micros % 3 === 0 ? one : two).add(micros);
    all.add(micros);
  }
  one.addAll(two);
  t.deepEqual([one.count, one.maximumMicros, one.meanMicros], [1000, 1000, 500.5]);
  for (const share of [0.1, 0.5, 0.99]) t.is(one.quantile(share), all.quantile(share));
});
