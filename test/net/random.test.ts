import test from 'ava';

import { randomStreams } from '#hawser/shared/net/random.js';

test('the draws of a seed are the same for ever', (t) => {
  const [first, second] = randomStreams(12345, 2);
  t.deepEqual(
    [first.next(), first.next(), first.next()],
    [0.43695169944946866, 0.2573906731343365, 0.7094450830071227],
  );
  t.deepEqual(
    [second.next(), second.below(1000), second.chance(0.5)],
    [0.0844261328690552, 792, true],
  );
});

test('draws are uniform in [0, 1)', (t) => {
  const [random] = randomStreams(1, 1);
  const buckets = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 100_000; draw++) buckets[Math.floor(10 * random.next())]++;
  // 10 000 each with a standard deviation of 95.
  for (const count of buckets) t.true(Math.abs(count - 10_000) < 400, `${count} in a bucket`);
});

test('the first draws of neighbouring seeds have nothing in common', (t) => {
  const firsts = Array.from({ length: 1000 }, (_, seed) => randomStreams(seed, 1)[0].next());
  const mean = firsts.reduce((sum, draw) => sum + draw, 0) / firsts.length;
  // Standard deviation of the mean 0.009.
  t.true(Math.abs(mean - 0.5) < 0.04, `mean of first draws ${mean}`);
});

test('streams of one seed differ', (t) => {
  const draws = randomStreams(1, 4).map((stream) => stream.next());
  t.is(new Set(draws).size, 4);
});
