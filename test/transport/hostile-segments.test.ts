/**
 * Segments that pass their check and make no sense, in any state: of the peer they may end the
 * connection, with an error that says why; of strangers they end nothing. Nothing ever throws.
 */
import { fc, testProp } from '@fast-check/ava';

import { failureOf } from '#hawser/shared/memory/failure.js';
import { ReceiveWord, SendWord } from '#hawser/shared/memory/layout.js';
import { State } from '#hawser/shared/transport/connection-state.js';
import { ResetReason } from '#hawser/shared/wire/segment.js';

import { type Heard, OneSide, OUR_ID, PEER_ID } from './support/one-side.js';

const SLOTS = 32;

/** Near what a connection of a few segments is about, on both sides of its edges, and far away. */
const number = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(63, 64, 65, 0x7fffffff, 0x80000000, 0xffffffff) },
);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 2, nil: undefined });
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { freq: 12, nil: undefined });
const yes = fc.constant(true as const);

const segment = fc.record({
  cumulativeAck: number,
  segmentNumber: some(number),
  payload: fc.constantFrom(0, 1, 63, 64, 64, 64, 65, 1440, 1441),
  fin: seldom(yes),
  acknowledgeNow: seldom(yes),
  windowSegments: some(fc.constantFrom(0, 1, 15, 16, 2 ** 22)),
  sack: seldom(fc.tuple(number, fc.integer({ min: 1, max: 9 }))),
  duplicates: seldom(fc.array(number, { minLength: 1, maxLength: 16 })),
  part: seldom(fc.tuple(fc.nat({ max: 70 }), fc.nat({ max: 70 }))),
  token: seldom(fc.constantFrom('challenge' as const, 'response' as const)),
  opening: seldom(fc.constantFrom(16, 16, 16, 17)),
  reset: fc.option(fc.constantFrom(...Object.values(ResetReason)), { freq: 60, nil: undefined }),
});
type Drawn = typeof segment extends fc.Arbitrary<infer Value> ? Value : never;

/** What a parser would refuse is left out: it is the parser's. */
function heardFrom(side: OneSide, drawn: Drawn): Heard {
  const { cumulativeAck } = drawn;
  if (drawn.reset !== undefined) {
    return { cumulativeAck, reset: { reason: drawn.reset, rejectedConnectionId: PEER_ID } };
  }
  const { segmentNumber } = drawn;
  const numbered = segmentNumber !== undefined;
  const challenge = !numbered && drawn.token === 'challenge';
  const payload = numbered || challenge ? drawn.payload : 0;
  const part = numbered && drawn.opening === undefined && payload > 0 ? drawn.part : undefined;
  return {
    cumulativeAck,
    payload,
    ...(numbered && { segmentNumber }),
    ...(numbered && (drawn.fin ?? payload === 0) && { fin: true as const }),
    ...(drawn.acknowledgeNow && { acknowledgeNow: true as const }),
    ...(drawn.windowSegments !== undefined && { windowSegments: drawn.windowSegments }),
    ...(drawn.duplicates && { duplicates: drawn.duplicates }),
    ...(drawn.sack && { sack: [rangeFrom(cumulativeAck, drawn.sack)] }),
    ...(!numbered && drawn.token && { token: { kind: drawn.token, bytes: 'c0ffee' } }),
    ...(drawn.opening !== undefined && { opening: side.openingOfPeer(drawn.opening) }),
    ...(part && { part: partFrom(part, payload) }),
  };
}

function rangeFrom(ack: number, [gap, length]: [number, number]): [number, number] {
  const start = ack + 1 + (gap % 50);
  return [start, start + length];
}

function partFrom([offset, rest]: [number, number], payload: number): NonNullable<Heard['part']> {
  return { offset, totalBytes: offset + payload + rest };
}

/** What we do, and what the peer does. */
const action = fc.oneof(
  { weight: 1, arbitrary: fc.record({ write: fc.nat({ max: 400 }) }) },
  { weight: 1, arbitrary: fc.record({ pass: fc.constantFrom(1, 30, 250, 5_000) }) },
  { weight: 1, arbitrary: fc.constantFrom('read' as const, 'end' as const) },
  { weight: 5, arbitrary: fc.record({ hear: fc.array(segment, { minLength: 1, maxLength: 5 }) }) },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

function act(side: OneSide, what: Action): void {
  if (what === 'end') side.end();
  else if (what === 'read') side.read();
  else if ('write' in what) {
    if (side.memory.send[SendWord.finQueued] === 0) side.write(what.write);
  } else if ('pass' in what) side.pass(what.pass);
  else side.hear(...what.hear.map((drawn) => heardFrom(side, drawn)));
}

function areInOrder({ memory: { send, receive } }: OneSide): boolean {
  const { sendUnacknowledged, sendNext, sendTail } = SendWord;
  const { readNext, receiveNext, highestReceived } = ReceiveWord;
  return (
    send[sendUnacknowledged] <= send[sendNext] &&
    send[sendNext] <= send[sendTail] &&
    receive[readNext] <= receive[receiveNext] &&
    receive[receiveNext] <= receive[highestReceived] &&
    receive[highestReceived] - receive[readNext] <= SLOTS
  );
}

testProp(
  'whatever a peer sends, its connection goes on or ends with a reason',
  [fc.array(action, { maxLength: 30 })],
  (t, actions) => {
    const side = OneSide.established({}, SLOTS);
    t.is(side.state, State.established);
    for (const what of actions) {
      act(side, what);
      side.sent();
      t.true(areInOrder(side));
    }
    if (side.state !== State.closed) return;
    const code = failureOf(side.memory)?.code;
    const codes = ['PROTOCOL_VIOLATION', 'RESET_BY_PEER', 'PEER_LOST'];
    const ended = code === undefined && side.memory.send[SendWord.finQueued] === 1;
    t.true(ended || codes.some((name) => code === `ERR_HAWSER_${name}`), code);
  },
  { numRuns: 300 },
);

const strangerId = fc
  .integer({ min: 1, max: 0xffffffff })
  .filter((id) => id !== PEER_ID && id !== OUR_ID);

testProp(
  'whatever a stranger sends, nothing ends and nothing is delivered',
  [fc.array(fc.tuple(segment, strangerId, fc.boolean()), { maxLength: 60 }), fc.boolean()],
  (t, segments, knowsOurId) => {
    const side = OneSide.established({}, SLOTS);
    side.writeSegments(3);
    for (const [drawn, sourceConnectionId, opens] of segments) {
      const opening = { ...side.openingOfPeer(), sourceConnectionId };
      const heard = heardFrom(side, drawn);
      const destinationConnectionId = knowsOurId ? OUR_ID : 0;
      if (heard.reset !== undefined) {
        const reset = { ...heard.reset, rejectedConnectionId: sourceConnectionId };
        side.hear({ ...heard, destinationConnectionId: 0, reset });
      } else if (heard.opening !== undefined || (opens && heard.part === undefined)) {
        side.hear({ ...heard, destinationConnectionId, opening });
      } else side.hearDatagrams([side.datagramOf(heard, sourceConnectionId)]);
    }
    t.is(side.state, State.established);
    t.is(failureOf(side.memory), undefined);
    t.is(side.memory.receive[ReceiveWord.highestReceived], 0);
    t.is(side.memory.send[SendWord.sendUnacknowledged], 0);
  },
  { numRuns: 200 },
);
