/** A closed window is probed, so that a lost announcement does no harm (RFC 9293 section 3.8.6.1). */
import test from 'ava';

import { OneSide } from './support/one-side.js';

/** Four segments were sent and acknowledged, and the peer has no room for the two that wait. */
function blocked(): OneSide {
  const side = OneSide.established({ windowSegments: 4, initialTimeoutMicros: 400_000 });
  side.writeSegments(6);
  side.hear({ cumulativeAck: 4, windowSegments: 0 });
  side.sent();
  return side;
}

test('the last segment that there is room for asks for an answer', (t) => {
  const side = OneSide.established({ windowSegments: 4 });
  side.writeSegments(6);
  t.deepEqual(
    side.sent().map(({ acknowledgeNow }) => acknowledgeNow ?? false),
    [false, false, false, true],
  );
});

test('nothing goes beyond the window, and a probe carries no data', (t) => {
  const side = blocked();
  side.pass(10_000);
  const sent = side.sent();
  t.true(sent.length > 0);
  t.true(sent.every((probe) => probe.acknowledgeNow && probe.segmentNumber === undefined));
});

test('probes begin after one time-out and become rarer', (t) => {
  const side = blocked();
  const times: number[] = [];
  while (side.nowMs < 7_000) {
    side.pass(50);
    if (side.sent().length > 0) times.push(side.nowMs);
  }
  const timeout = side.timeoutMs;
  const first = Math.ceil(timeout / 50) * 50;
  t.is(times[0], first);
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  t.true(
    gaps.every((gap, i) => i === 0 || gap >= gaps[i - 1]),
    gaps.join(),
  );
});

test('what waits goes as soon as the answer to a probe tells of room', (t) => {
  const side = blocked();
  side.pass(1_000);
  side.sent();
  side.hear({ cumulativeAck: 4, windowSegments: 1 });
  t.deepEqual(side.numbersSent(), [4]);
  side.hear({ cumulativeAck: 5, windowSegments: 4 });
  t.deepEqual(side.numbersSent(), [5]);
});

test('while something is in flight there are no probes: it is answered anyway', (t) => {
  const side = OneSide.established({ windowSegments: 4 });
  side.writeSegments(6);
  side.pass(5_000);
  t.is(side.count('windowProbesSent'), 0);
});

test('the window of the opening replaces what was assumed of a peer unknown, also if it is smaller', (t) => {
  const side = new OneSide({ windowSegments: 16 });
  side.writeSegments(3);
  t.deepEqual(side.numbersSent(), [0, 1, 2]);
  side.hear({ opening: side.openingOfPeer(2), cumulativeAck: 0 });
  side.writeSegments(3);
  t.deepEqual(side.numbersSent(), []);
  side.hearAck(3);
  t.deepEqual(side.numbersSent(), [3, 4]);
});
