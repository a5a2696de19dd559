/** Partial segments: RFC 896, and the hold time of the classroom. */
import test from 'ava';

import { OneSide } from './support/one-side.js';

test('with nothing in flight a partial segment goes at once', (t) => {
  const side = OneSide.established();
  side.write(10);
  t.like(side.sent(), [{ segmentNumber: 0, payloadBytes: 10 }]);
});

test('while something is in flight, bytes gather into one segment', (t) => {
  const side = OneSide.established();
  for (let i = 0; i < 5; i++) side.write(10);
  t.is(side.sent().length, 1);
  side.hearAck(1);
  t.like(side.sent(), [{ segmentNumber: 1, payloadBytes: 40 }]);
});

test('a full segment never waits', (t) => {
  const side = OneSide.established();
  side.write(10);
  side.write(70);
  t.deepEqual(
    side.sent().map(({ payloadBytes }) => payloadBytes),
    [10, 64],
  );
});

test('without Nagle every write goes at once', (t) => {
  const side = OneSide.established({ nagle: false });
  for (let i = 0; i < 3; i++) side.write(10);
  t.deepEqual(side.numbersSent(), [0, 1, 2]);
});

test('a hold time lets the first bytes wait for more', (t) => {
  const side = OneSide.established({ holdMicros: 10_000 });
  side.write(10);
  side.pass(9);
  side.write(10);
  t.deepEqual(side.sent(), []);
  side.pass(1);
  t.like(side.sent(), [{ payloadBytes: 20 }]);
});

test('bytes that the hold time has let wait go with those that fill the segment', (t) => {
  const side = OneSide.established({ holdMicros: 10_000 });
  side.write(10);
  side.write(64);
  t.like(side.sent(), [{ payloadBytes: 64 }]);
});

test('the end of the stream takes what waits along', (t) => {
  const side = OneSide.established({ holdMicros: 10_000 });
  side.write(10);
  side.end();
  t.like(side.sent(), [{ payloadBytes: 10, fin: true }]);
});

test('while the window is closed small writes still gather', (t) => {
  const side = OneSide.established({ windowSegments: 4 });
  side.writeSegments(4);
  side.hear({ cumulativeAck: 4, windowSegments: 0 });
  side.sent();
  for (let i = 0; i < 30; i++) {
    side.write(8);
    side.pass(5);
  }
  side.hear({ cumulativeAck: 4, windowSegments: 4 });
  side.pass(5);
  const carried = side.sent().map(({ payloadBytes }) => payloadBytes);
  t.deepEqual(
    carried.filter((bytes) => bytes > 0),
    [8, 64, 64, 64],
  );
});
