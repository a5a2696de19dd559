import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { parseOptions, type RunOptions } from '#hawser/lab/options.js';
import { formatToken, parseToken } from '#hawser/lab/token.js';

const runOptions: fc.Arbitrary<RunOptions> = fc.record({
  plain: fc.constantFrom('checked', 'interleaved'),
  splitBulk: fc.boolean(),
  races: fc.constantFrom('fail', 'ignore'),
  timeouts: fc.constantFrom('never', 'idle', 'any'),
  maxSteps: fc.nat({ max: 100_000 }),
});

const deviations = fc
  .uniqueArray(fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 15 })), { selector: ([step]) => step })
  .map((pairs) => new Map(pairs));

testProp(
  'a token says all that a run depends on',
  [runOptions, deviations],
  (t, options, places) => {
    const parsed = parseToken(formatToken(options, places));
    t.deepEqual([...parsed.deviations], [...places]);
    t.like(parsed.options, {
      ...options,
      splitBulk: options.plain === 'interleaved' && options.splitBulk,
    });
    t.is(parsed.loop, undefined);
  },
);

test('the token of a livelock holds one round of its loop', (t) => {
  const places = new Map([
    [1, 1],
    [4, 0],
    [9, 1],
  ]);
  const token = formatToken(parseOptions(), places, { stem: 2, period: 5 });
  t.is(token, '1cfi-1b-4a~2.5');
  t.deepEqual(parseToken(token).loop, { stem: 2, period: 5 });
});
