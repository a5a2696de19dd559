/** Which slots change their place when a ring changes its size. */
import test from 'ava';
import { fc, testProp } from '@fast-check/ava';

import { isPlacedAlike, movingSlots } from '#hawser/shared/transport/ring.js';
import { advance, segmentNumber } from '#hawser/shared/wire/serial.js';

const ring = fc
  .record({
    first: fc.oneof(fc.integer(), fc.constantFrom(0x7fffffff, -1, -7)),
    bits: fc.integer({ min: 0, max: 6 }),
    filled: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ first, bits, filled }) => {
    const slots = 2 ** bits;
    return { first: segmentNumber(first), slots, count: Math.round(filled * slots) };
  });

testProp(
  'those that move, and no others, lie one ring further on in one of twice the size',
  [ring],
  (t, { first, slots, count }) => {
    const { from, to } = movingSlots(first, advance(first, count), slots);
    const moving = new Set<number>();
    for (let at = 0; at < count; at++) {
      const segment = advance(first, at);
      const [before, after] = [segment & (slots - 1), segment & (2 * slots - 1)];
      t.is(after - before, before >= from && before < to ? slots : 0);
      if (after !== before) moving.add(before);
    }
    t.is(moving.size, to - from);
  },
);

testProp(
  'segments are placed alike just if none of them moves',
  [ring],
  (t, { first, slots, count }) => {
    const end = advance(first, count);
    const segments = Array.from({ length: count }, (_, at) => advance(first, at));
    const alike = segments.every((n) => (n & (slots - 1)) === (n & (2 * slots - 1)));
    t.is(isPlacedAlike(first, end, slots), alike);
  },
);

test('more segments than slots are never placed alike', (t) => {
  t.false(isPlacedAlike(segmentNumber(0), segmentNumber(9), 8));
});
