/** Who the peer is: greetings, late openings of earlier runs, newcomers, strangers. */
import test from 'ava';

import { failureOf } from '#hawser/shared/memory/failure.js';
import { State } from '#hawser/shared/transport/connection-state.js';
import { ResetReason } from '#hawser/shared/wire/segment.js';

import { OneSide, OUR_ID, PEER_ID } from './support/one-side.js';

const LONG_AGO = -3_600_000;
const toNobody = { destinationConnectionId: 0 } as const;
/** What the program now at the peer's address answers to whoever speaks to the one before. */
const unknown = {
  ...toNobody,
  reset: { reason: ResetReason.unknownConnection, rejectedConnectionId: PEER_ID },
};

/** An opening of an hour ago has arrived, with all of a stream in it. */
function haunted(): OneSide {
  const side = new OneSide();
  const opening = { ...side.openingOfPeer(), sentAtMillis: LONG_AGO };
  side.hear({ ...toNobody, opening, segmentNumber: 0, payload: 8, fin: true });
  return side;
}

test('a greeting goes before any data, and again until it is answered, slower each time', (t) => {
  const side = new OneSide({ greet: true, initialTimeoutMicros: 250_000 });
  side.writeSegments(1);
  side.pass(1_000);
  t.is(
    side.sent().filter(({ opening, segmentNumber }) => opening && segmentNumber === undefined)
      .length,
    3,
  );
  side.hear({ opening: side.openingOfPeer(), cumulativeAck: 0 });
  t.deepEqual(side.numbersSent(), [0]);
});

test('a side with nothing to say greets once', (t) => {
  const side = new OneSide({ greet: true });
  side.connection.output(0);
  side.pass(10_000);
  t.is(side.sent().length, 1);
});

test('a side that is known to nobody for all it knows greets its peer again, until its ID is used', (t) => {
  for (const awaitsValidation of [false, true]) {
    const side = new OneSide({ greet: true, awaitsValidation });
    side.hear({ destinationConnectionId: 0, opening: side.openingOfPeer(), acknowledgeNow: true });
    side.sent();
    side.pass(1_100);
    const [again, ...more] = side.sent();
    t.truthy(again.opening);
    t.true(again.acknowledgeNow);
    t.deepEqual(more, []);
    side.hear({ cumulativeAck: 0 });
    side.pass(8_000);
    t.deepEqual(side.sent(), []);
  }
});

test('a peer that goes on opening is asked again: its data may wait for an answer that was lost', (t) => {
  const side = new OneSide({ greet: true, insist: true });
  side.connection.output(0);
  side.hear({ opening: side.openingOfPeer(), cumulativeAck: 0, acknowledgeNow: true });
  side.sent();
  side.pass(1_100);
  const [again, ...more] = side.sent();
  t.like(again, { destinationConnectionId: PEER_ID, acknowledgeNow: true });
  t.deepEqual(more, []);
  side.hear({ cumulativeAck: 0 });
  side.pass(8_000);
  t.deepEqual(side.sent(), []);
});

test('data of an opening from long ago is acknowledged and asked about, but not delivered', (t) => {
  const side = haunted();
  side.pass(25);
  t.like(side.sent().at(-1), {
    cumulativeAck: 1,
    acknowledgeNow: true,
    opening: { sourceConnectionId: OUR_ID },
  });
  t.false(side.memory.receiveMutex.hold((held) => side.connection.reading.isReady(held)));
});

test('it is delivered once its sender has used our ID', (t) => {
  const side = haunted();
  side.hear({ cumulativeAck: 0 });
  t.is(side.read(), 8);
});

test('it is forgotten, with its FIN, once its sender proves gone; then the real peer is heard', (t) => {
  const side = haunted();
  side.pass(25);
  side.sent();
  side.hear(unknown);
  t.is(failureOf(side.memory), undefined);
  t.is(side.state, State.established);
  const real = { ...side.openingOfPeer(), sourceConnectionId: 0x7ea1 };
  side.hear({ ...toNobody, opening: real, segmentNumber: 0, payload: 16 });
  t.is(side.read(), 16);
});

test('what was sent to a forgotten peer goes to the next one', (t) => {
  const side = haunted();
  side.writeSegments(2);
  side.sent();
  side.hear(unknown);
  side.pass(side.timeoutMs);
  t.like(side.sent(), [
    {
      destinationConnectionId: undefined,
      segmentNumber: 0,
      opening: { sourceConnectionId: OUR_ID },
    },
  ]);
});

test('a newcomer in the place of the peer is noticed whatever number we expect next', (t) => {
  const side = OneSide.established({ windowSegments: 256 }, 512);
  for (let number = 0; number < 200; number++) {
    side.hear({ cumulativeAck: 0, segmentNumber: number, payload: 1 });
    side.read();
  }
  side.sent();
  const newcomer = { ...side.openingOfPeer(), sourceConnectionId: 0x7ea1 };
  side.hear({ ...toNobody, opening: newcomer, segmentNumber: 0, payload: 8 });
  // The challenge: whether the one we know still lives.
  t.like(side.sent(), [{ destinationConnectionId: PEER_ID, acknowledgeNow: true }]);
  t.is(side.statistics.corrupt, 0);
});

test('our own opening, thrown back at us, changes nothing', (t) => {
  const side = new OneSide();
  const opening = { ...side.openingOfPeer(), sourceConnectionId: OUR_ID };
  side.hear({ ...toNobody, opening, segmentNumber: 0, payload: 8 });
  t.deepEqual(side.sent(), []);
});

test('whoever speaks to a connection that is not here is told so, unless that is a reset', (t) => {
  const side = new OneSide();
  const elsewhere = { destinationConnectionId: 0x5eed };
  side.hear({ ...elsewhere, cumulativeAck: 0, segmentNumber: 0, payload: 8 });
  t.like(side.sent(), [
    { destinationConnectionId: undefined, reset: { rejectedConnectionId: 0x5eed } },
  ]);
  side.pass(1_000);
  side.hear({ ...elsewhere, cumulativeAck: 0, reset: { reason: 1, rejectedConnectionId: 1 } });
  t.deepEqual(side.sent(), []);
});
