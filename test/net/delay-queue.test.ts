import { fc, testProp } from '@fast-check/ava';
import test from 'ava';

import { DelayQueue } from '#hawser/shared/net/delay-queue.js';

testProp(
  'slots leave in the order they are due, and in the order they came if due together',
  [fc.array(fc.nat(20), { maxLength: 200 })],
  (t, dues) => {
    const queue = new DelayQueue(dues.length);
    dues.forEach((due, slot) => {
      queue.push(slot, due);
    });
    const expected = dues.map((due, slot) => ({ due, slot }));
    expected.sort((a, b) => a.due - b.due || a.slot - b.slot);
    for (const { due, slot } of expected) {
      t.is(queue.nextDueMicros, due);
      t.is(queue.pop(), slot);
    }
    t.is(queue.nextDueMicros, Infinity);
  },
);

test('slots come and go in between', (t) => {
  const queue = new DelayQueue(3);
  queue.push(0, 30);
  queue.push(1, 10);
  t.is(queue.pop(), 1);
  queue.push(1, 20);
  queue.push(2, 40);
  t.deepEqual([queue.pop(), queue.pop(), queue.pop()], [1, 0, 2]);
  t.is(queue.size, 0);
});
