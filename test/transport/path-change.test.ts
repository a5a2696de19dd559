/** A peer at another host: what was known of the way to it is void, and nothing is lost. */
import test from 'ava';

import { CongestionValue, SendTime, SendWord } from '#hawser/shared/memory/layout.js';

import { OneSide } from './support/one-side.js';

const RTT = 40;

/** Has measured its path, and has `inFlight` segments on it. */
function underWay(congestion: 'bbr' | 'cubic', inFlight: number): OneSide {
  const side = OneSide.established({ congestion, nagle: false, windowSegments: 64 }, 128);
  for (let round = 0; round < 3; round++) {
    side.writeSegments(20);
    for (let turn = 0; turn < 8; turn++) {
      side.pass(RTT);
      side.hearAck(side.memory.send[SendWord.sendNext]);
    }
  }
  side.sent();
  side.writeSegments(inFlight);
  side.sent();
  return side;
}

function move(side: OneSide): void {
  const now = side.nowMs * 1e3;
  side.memory.sendMutex.hold((held) => {
    side.connection.pathChanged(held, now);
  });
  side.connection.output(now);
}

for (const congestion of ['bbr', 'cubic'] as const) {
  test(`${congestion}: round-trip time, window and rate begin anew`, (t) => {
    const side = underWay(congestion, 4);
    const fresh = OneSide.established({ congestion, nagle: false, windowSegments: 64 }, 128);
    t.not(side.statistics.smoothedRttMs, null);
    move(side);
    t.is(side.statistics.smoothedRttMs, null);
    t.is(side.statistics.minimumRttMs, null);
    t.is(side.timeoutMs, fresh.timeoutMs);
    const { windowBytes, pacingRate } = CongestionValue;
    t.is(side.memory.congestion[windowBytes], fresh.memory.congestion[windowBytes]);
    t.is(side.memory.congestion[pacingRate], 0);
  });

  test(`${congestion}: what was under way goes again, and its late answers measure nothing`, (t) => {
    const side = underWay(congestion, 4);
    const first = side.memory.send[SendWord.sendUnacknowledged];
    side.pass(5);
    move(side);
    t.deepEqual(side.numbersSent(), [first, first + 1, first + 2, first + 3]);
    side.pass(5);
    // Two answers that were on the old way already.
    side.hearAck(first + 2);
    t.is(side.statistics.smoothedRttMs, null);
    side.pass(RTT);
    side.writeSegments(1);
    side.pass(RTT);
    side.hearAck(first + 5);
    t.is(side.statistics.smoothedRttMs, RTT);
    t.is(side.memory.congestion[CongestionValue.inFlightBytes], 0);
  });
}

test('what is acknowledged before it could go again does not go again', (t) => {
  const side = underWay('cubic', 9);
  const first = side.memory.send[SendWord.sendUnacknowledged];
  side.memory.sendMutex.hold((held) => {
    side.connection.pathChanged(held, side.nowMs * 1e3);
  });
  side.hearAck(first + 7);
  t.deepEqual(side.numbersSent(), [first + 7, first + 8]);
  t.is(side.statistics.smoothedRttMs, null);
});

test('a segment larger than is known of the new path goes in parts', (t) => {
  const settings = { initialDatagramBytes: 512, maximumDatagramBytes: 1472, nagle: false };
  const side = OneSide.established(settings, 32, 1440);
  const { pathDatagramBytes } = SendWord;
  side.memory.send[pathDatagramBytes] = 1472;
  side.write(1440);
  t.is(side.sent()[0].payloadBytes, 1440);
  move(side);
  const again = side.sent();
  t.is(side.memory.send[pathDatagramBytes], 512);
  t.true(again.length > 1);
  t.true(again.every(({ bytes }) => bytes <= 512));
});

test('a thread whose clock was read before the move still sends after it', (t) => {
  const side = underWay('cubic', 0);
  const { memory } = side;
  move(side);
  memory.sendTimes[SendTime.pathSince] += 1_000;
  side.writeSegments(1);
  side.pass(RTT);
  side.hearAck(side.memory.send[SendWord.sendNext]);
  t.is(memory.congestion[CongestionValue.inFlightBytes], 0);
});
