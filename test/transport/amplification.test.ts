/**
 * An address that may be forged gets at most three times the bytes it has sent (RFC 9000 §8.1), whatever
 * the openings that come from there make of it.
 */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';

import { SendWord } from '#hawser/shared/memory/layout.js';
import { State } from '#hawser/shared/transport/connection-state.js';

import { type Heard, OneSide } from './support/one-side.js';

const opening = fc.record({
  segmentNumber: fc.option(fc.nat({ max: 90 }), { freq: 8, nil: undefined }),
  payload: fc.nat({ max: 3 }),
  again: fc.nat({ max: 4 }),
  acknowledgeNow: fc.boolean(),
  token: fc.option(fc.nat({ max: 64 }), { freq: 4, nil: undefined }),
  pause: fc.constantFrom(0, 0, 1, 300, 3_000),
});

function heardFrom(side: OneSide, drawn: typeof opening extends fc.Arbitrary<infer V> ? V : never) {
  const { segmentNumber, payload, token, acknowledgeNow } = drawn;
  const heard: Heard = { destinationConnectionId: 0, opening: side.openingOfPeer() };
  if (segmentNumber !== undefined) Object.assign(heard, { segmentNumber, payload: payload + 1 });
  else if (token !== undefined) {
    Object.assign(heard, { token: { kind: 'challenge', bytes: '5a'.repeat(token) } });
  }
  return acknowledgeNow ? { ...heard, acknowledgeNow } : heard;
}

testProp(
  'whatever opens, no more than three times its bytes are sent in answer',
  [fc.array(opening, { minLength: 1, maxLength: 40 }), fc.boolean()],
  (t, openings, aborts) => {
    const side = new OneSide({ awaitsValidation: true, greet: true, windowSegments: 64 }, 128);
    let heard = 0;
    for (const drawn of openings) {
      const datagram = side.datagramOf(heardFrom(side, drawn));
      for (let i = 0; i <= drawn.again; i++) {
        heard += datagram.length;
        side.hearDatagrams([datagram]);
      }
      side.pass(drawn.pause);
      t.true(side.statistics.datagramBytesSent <= 3 * heard);
    }
    side.write(1);
    side.pass(aborts ? 40_000 : 10_000);
    t.true(side.statistics.datagramBytesSent <= 3 * heard);
    t.true(side.statistics.datagramBytesSent > 0);
  },
  { numRuns: 150 },
);

test('one short opening is answered, and answered again if that is lost', (t) => {
  const side = new OneSide({ awaitsValidation: true, greet: true, windowSegments: 64 }, 128);
  const greeting = side.datagramOf({
    destinationConnectionId: 0,
    opening: side.openingOfPeer(),
    acknowledgeNow: true,
  });
  for (let time = 0; time < 2; time++) {
    side.hearDatagrams([greeting]);
    const [answer, ...more] = side.sent();
    t.true(answer.acknowledgeNow, 'it asks for the proof each time');
    t.deepEqual(more, []);
  }
});

test('where no bytes are left for a goodbye, the connection is gone without one', (t) => {
  const side = new OneSide({ awaitsValidation: true, greet: true, windowSegments: 64 }, 128);
  const heard = { destinationConnectionId: 0, acknowledgeNow: true } as const;
  side.hear({ ...heard, opening: side.openingOfPeer() });
  side.pass(40_000);
  t.is(side.state, State.closed);
  t.is(side.memory.send[SendWord.resetWanted], 0);
});
