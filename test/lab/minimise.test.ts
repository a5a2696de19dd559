import test from 'ava';
import { explore } from '#hawser/lab/index.js';
import { RandomNumbers } from '#hawser/lab/search/random-numbers.js';
import * as failing from './programs/failing.js';

test('whatever schedule a failure was found in, it is shown with one preemption', (t) => {
  for (const program of [failing.assertion, failing.deadlock, failing.lostWakeUp]) {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { failure } = explore(program, { mode: 'random', seed, maxSchedules: 5000 });
      t.is(failure?.preemptions, 1, `${program.name}, seed ${seed}`);
    }
  }
});

test('a generator with the same seed gives the same numbers, with another one others', (t) => {
  const draw = (seed: number): number[] => {
    const random = new RandomNumbers(seed);
    return Array.from({ length: 8 }, () => random.below(1000));
  };
  t.deepEqual(draw(1), draw(1));
  t.notDeepEqual(draw(1), draw(2));
  // Frozen: a seed must mean the same schedules for ever.
  t.deepEqual(draw(1), [98, 814, 611, 132, 399, 205, 673, 559]);
});
