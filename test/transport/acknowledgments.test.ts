/** When an acknowledgment goes out, and what it says (docs/wire-format.md, B.3 and B.4). */
import test from 'ava';

import { OneSide } from './support/one-side.js';

const DELAY = 25;

function data(...numbers: number[]) {
  return numbers.map((segmentNumber) => ({ cumulativeAck: 0, segmentNumber, payload: 64 }));
}

test('a segment in order is acknowledged after 25 ms', (t) => {
  const side = OneSide.established();
  side.hear(...data(0));
  side.pass(DELAY - 1);
  t.deepEqual(side.sent(), []);
  side.pass(1);
  t.like(side.sent(), [{ cumulativeAck: 1, payloadBytes: 0 }]);
  side.pass(1_000);
  t.deepEqual(side.sent(), []);
});

test('the delay counts from the first segment, not from the last', (t) => {
  const side = OneSide.established();
  side.hear(...data(0));
  side.pass(20);
  side.hear(...data(1));
  side.pass(5);
  t.like(side.sent(), [{ cumulativeAck: 2 }]);
});

test('so many segments in order are acknowledged at once', (t) => {
  const side = OneSide.established({ acknowledgeEvery: 4 });
  side.hear(...data(0, 1, 2));
  t.deepEqual(side.sent(), []);
  side.hear(...data(3));
  t.like(side.sent(), [{ cumulativeAck: 4 }]);
});

test('an acknowledgment rides on data, and then none is due', (t) => {
  const side = OneSide.established();
  side.hear(...data(0));
  side.writeSegments(1);
  t.like(side.sent(), [{ segmentNumber: 0, cumulativeAck: 1 }]);
  side.pass(DELAY);
  t.deepEqual(side.sent(), []);
  t.is(side.count('acknowledgmentsPiggybacked'), 1);
});

test('a gap is acknowledged at once, with all that lies above it', (t) => {
  const side = OneSide.established();
  side.hear(...data(1, 2, 5));
  t.like(side.sent(), [
    {
      cumulativeAck: 0,
      sack: [
        [1, 3],
        [5, 6],
      ],
    },
  ]);
});

test('what fills a gap is acknowledged at once', (t) => {
  const side = OneSide.established();
  side.hear(...data(1));
  side.sent();
  side.hear(...data(0));
  const [answer, ...more] = side.sent();
  t.is(answer.cumulativeAck, 2);
  t.is(answer.sack, undefined);
  t.deepEqual(more, []);
});

test('a duplicate is acknowledged at once, and reported once', (t) => {
  const side = OneSide.established();
  side.hear(...data(0));
  side.pass(DELAY);
  side.sent();
  side.hear(...data(0));
  t.like(side.sent(), [{ cumulativeAck: 1, duplicates: [0] }]);
  side.hear(...data(1));
  side.pass(DELAY);
  t.is(side.sent()[0].duplicates, undefined);
});

test('twins in one batch are delivered once and reported', (t) => {
  const side = OneSide.established();
  side.hear(...data(0, 0));
  t.like(side.sent(), [{ cumulativeAck: 1, duplicates: [0] }]);
  t.is(side.read(), 64);
});

test('a segment without data is not acknowledged, unless it asks', (t) => {
  const side = OneSide.established();
  side.hearAck(0);
  side.pass(1_000);
  t.deepEqual(side.sent(), []);
  side.hear({ cumulativeAck: 0, acknowledgeNow: true });
  t.like(side.sent(), [{ cumulativeAck: 0, payloadBytes: 0 }]);
});

test('a whole batch is answered by one acknowledgment', (t) => {
  const side = OneSide.established({ acknowledgeEvery: 2 });
  side.hear(...data(0, 1, 2, 3, 4, 6));
  t.is(side.sent().length, 1);
});

test('the window shrinks with what is not read, and its edge stays where it is', (t) => {
  const side = OneSide.established({ acknowledgeEvery: 1, windowSegments: 16 }, 16);
  side.hear(...data(0, 1, 2));
  t.like(side.sent(), [{ cumulativeAck: 3, windowSegments: 13 }]);
});

test('what lies beyond the window is dropped and answered at once', (t) => {
  const side = OneSide.established({ windowSegments: 16 }, 16);
  side.hear(...data(16));
  t.like(side.sent(), [{ cumulativeAck: 0 }]);
  t.is(side.statistics.beyondWindow, 1);
  t.is(side.statistics.dataSegmentsReceived, 0);
});

test('a window that was closed is announced once half of it is free', (t) => {
  const side = OneSide.established({ acknowledgeEvery: 1, windowSegments: 16 }, 16);
  side.hear(...data(...Array(16).keys()));
  t.like(side.sent(), [{ cumulativeAck: 16, windowSegments: 0 }]);
  side.read(7 * 64);
  t.deepEqual(side.sent(), []);
  side.read(64);
  t.like(side.sent(), [{ cumulativeAck: 16, windowSegments: 8 }]);
  side.read(64);
  t.deepEqual(side.sent(), []);
});
