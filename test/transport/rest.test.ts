/** A connection that has fallen idle gives the memory of its slots back, and no other does. */
import test from 'ava';

import { SendWord } from '#hawser/shared/memory/layout.js';

import { OneSide } from './support/one-side.js';

/** Counts how often pages were given back. */
function established(): { side: OneSide; returned: () => number } {
  const side = OneSide.established();
  let returned = 0;
  side.memory.pageReturn = {
    zero: (bytes, from, to) => {
      returned += 1;
      bytes.fill(0, from, to);
    },
    discard: () => undefined,
    prepare: () => undefined,
  };
  return { side, returned: () => returned };
}

/** The listener's turn, which the timer asks for. */
function pass(side: OneSide, ms: number): void {
  side.pass(ms);
  side.connection.input.restIfAsked(side.nowMs * 1e3);
}

test('after a second of silence everything from the first slot on is zero', (t) => {
  const { side, returned } = established();
  side.writeSegments(3);
  side.hear({ segmentNumber: 0, payload: 40, cumulativeAck: 3 });
  side.read();
  pass(side, 900);
  t.is(returned(), 0);
  pass(side, 200);
  t.is(returned(), 1);
  const { bytes, offsets } = side.memory;
  t.true(bytes.subarray(offsets.slotState).every((byte) => byte === 0));
});

test('what was heard in the meantime puts it off', (t) => {
  const { side, returned } = established();
  side.hear({ segmentNumber: 0, payload: 40 });
  side.read();
  for (let i = 0; i < 5; i++) {
    pass(side, 700);
    side.hear({ acknowledgeNow: true });
  }
  t.is(returned(), 0);
  pass(side, 1100);
  t.is(returned(), 1);
});

test('what is in flight, half filled, unread or behind a gap stays where it is', (t) => {
  for (const begin of [
    (side: OneSide) => {
      side.writeSegments(1);
    },
    (side: OneSide) => side.write(10),
    (side: OneSide) => {
      side.hear({ segmentNumber: 0, payload: 40 });
    },
    (side: OneSide) => {
      side.hear({ segmentNumber: 1, payload: 40 });
    },
  ]) {
    const { side, returned } = established();
    side.hear({ acknowledgeNow: true });
    begin(side);
    side.memory.send[SendWord.restWanted] = 1;
    side.connection.input.restIfAsked(side.nowMs * 1e3 + 2e6);
    t.is(returned(), 0);
  }
});

test('what was busy is looked at again', (t) => {
  const { side, returned } = established();
  side.hear({ segmentNumber: 0, payload: 40 });
  pass(side, 1100);
  t.is(returned(), 0);
  side.read();
  for (let i = 0; i < 11; i++) pass(side, 1000);
  t.is(returned(), 1);
});

test('a connection that has rested carries data both ways as before', (t) => {
  const { side } = established();
  side.writeSegments(3);
  side.hear({ segmentNumber: 0, payload: 40, cumulativeAck: 3 });
  side.read();
  pass(side, 1100);
  side.sent();
  side.writeSegments(2);
  t.deepEqual(side.numbersSent(), [3, 4]);
  side.hear({ segmentNumber: 1, payload: 24, cumulativeAck: 5 });
  t.is(side.read(), 24);
});

test('where pages cannot be given back no timer is set for it', (t) => {
  const side = OneSide.established();
  side.hear({ segmentNumber: 0, payload: 40 });
  pass(side, 2000);
  t.is(side.memory.send[SendWord.restWanted], 0);
});
