/** The limits in bytes: how much is taken from the application, how much is asked of the peer. */
import test from 'ava';

import { CongestionValue, SendWord, TuningValue } from '#hawser/shared/memory/layout.js';

import { OneSide } from './support/one-side.js';

test('no more is taken than may wait for its acknowledgment, however many slots are free', (t) => {
  const one = OneSide.established({ sendBytes: 500, nagle: false });
  t.is(one.write(2_000), 500);
  t.is(one.write(1), 0);
  // 7 segments of 64 bytes, then 52: the first two have arrived.
  one.hearAck(2);
  t.is(one.write(2_000), 128);
});

test('where the limit follows a congestion window it is a whole number of bytes', (t) => {
  const settings = { congestion: 'bbr', initialSendBytes: 100, sendBytes: 1e6 } as const;
  const one = OneSide.established(settings);
  one.memory.congestion[CongestionValue.windowBytes] = 300.25;
  t.is(one.write(2_000), 600);
});

test('what the peer has above a gap takes none of what the congestion window is worth', (t) => {
  const settings = { congestion: 'bbr', initialSendBytes: 640, sendBytes: 1e6 } as const;
  const one = OneSide.established({ ...settings, nagle: false });
  one.memory.congestion[CongestionValue.windowBytes] = 320;
  t.is(one.write(2_000), 640);
  one.sent();
  const sent = one.memory.send[SendWord.sendNext];
  t.true(sent >= 4, `${sent} sent`);
  one.memory.congestion[CongestionValue.windowBytes] = 320;
  one.hearAck(0, [1, sent]);
  one.memory.congestion[CongestionValue.windowBytes] = 320;
  t.is(one.write(2_000), 64 * (sent - 1));
});

test('but of the limit itself it does', (t) => {
  const one = OneSide.established({ sendBytes: 640, nagle: false });
  t.is(one.write(2_000), 640);
  one.hearAck(0, [1, 10]);
  t.is(one.write(2_000), 0);
  one.hearAck(10);
  t.is(one.write(2_000), 640);
});

test('the opening tells the first window, later acknowledgments larger ones', (t) => {
  const settings = { windowSegments: 1000, initialWindowSegments: 16, receiveBytes: 1e6 };
  const one = OneSide.established(settings, 2048, 1440);
  let told = 16;
  for (let number = 0; number < 600; number++) {
    one.hear({ cumulativeAck: 0, segmentNumber: number, payload: 1440, acknowledgeNow: true });
    one.read();
    if (number % 16 === 15) one.pass(10);
    for (const { windowSegments } of one.sent()) told = Math.max(told, windowSegments ?? 16);
  }
  t.true(told > 16, `${told} segments`);
});

test('unread bytes leave less of the limit to advertise, but the edge never moves back', (t) => {
  const settings = { windowSegments: 1000, initialWindowSegments: 16, receiveBytes: 1440 * 16 };
  const one = OneSide.established(settings, 2048);
  const edges: number[] = [];
  for (let number = 0; number < 16; number++) {
    one.hear({ cumulativeAck: 0, segmentNumber: number, payload: 64, acknowledgeNow: true });
    for (const { cumulativeAck = 0, windowSegments = 16 } of one.sent()) {
      edges.push(cumulativeAck + windowSegments);
    }
  }
  t.deepEqual(
    edges,
    edges.toSorted((a, b) => a - b),
  );
  t.is(edges.at(-1), 16);
});

test('a peer that never fills the gap at the beginning gets no larger window for it', (t) => {
  const settings = { windowSegments: 1000, initialWindowSegments: 16, receiveBytes: 1e6 };
  const one = OneSide.established(settings, 2048, 1440);
  for (let number = 1; number < 600; number++) {
    one.hear({ cumulativeAck: 0, segmentNumber: number, payload: 1440, acknowledgeNow: true });
    if (number % 16 === 15) one.pass(10);
    for (const { windowSegments = 16 } of one.sent()) t.true(windowSegments <= 16);
  }
});

test('there is room for one segment, however large, as soon as all is read', (t) => {
  const settings = { windowSegments: 12, initialWindowSegments: 12, receiveBytes: 1000 };
  const one = OneSide.established(settings, 16, 1440);
  for (let number = 0; number < 12; number++) {
    one.hear({ cumulativeAck: 0, segmentNumber: number, payload: 1440, acknowledgeNow: true });
  }
  t.is(one.sent().at(-1)?.windowSegments, 0);
  one.read();
  t.is(one.sent().at(-1)?.windowSegments, 1);
});

test('a small segment while the reader stands still is no smaller path, of which more would fit', (t) => {
  const settings = {
    initialWindowSegments: 16,
    receiveBytes: 288_000,
    maximumDatagramBytes: 14_432,
  };
  const one = OneSide.established({ ...settings, windowSegments: 1000 }, 1024, 14_400);
  let number = 0;
  const hear = (payload: number) => {
    one.pass(1);
    one.hear({ cumulativeAck: 0, segmentNumber: number++, payload, acknowledgeNow: true });
  };
  for (let i = 0; i < 17; i++) hear(14_400);
  // A round trip was seen to take 16 ms.
  for (const payload of [14_400, 14]) {
    one.pass(20);
    hear(payload);
  }
  t.is(one.memory.tuning[TuningValue.largestPayload], 14_400);
  t.true((one.sent().at(-1)?.windowSegments ?? 0) <= 20);
});
