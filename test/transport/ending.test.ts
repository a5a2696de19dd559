/** How connections end: TIME-WAIT, resets, silence. */
import test from 'ava';

import { failureOf } from '#hawser/shared/memory/failure.js';
import { State } from '#hawser/shared/transport/connection-state.js';
import { ResetReason } from '#hawser/shared/wire/segment.js';

import { OneSide, OUR_ID, PEER_ID } from './support/one-side.js';

const fin = { payload: 0, fin: true } as const;
const complete = { reset: { reason: ResetReason.complete, rejectedConnectionId: PEER_ID } };
/** "I do not know this connection": what a restarted peer answers. */
const unknown = {
  destinationConnectionId: 0,
  reset: { reason: ResetReason.unknownConnection, rejectedConnectionId: PEER_ID },
};

function codeOf(side: OneSide): string | undefined {
  return failureOf(side.memory)?.code;
}

/** Has closed first; the peer's FIN has arrived, and ours is acknowledged. */
function inTimeWait(): OneSide {
  const side = OneSide.established();
  side.end();
  side.hearAck(1);
  side.hear({ cumulativeAck: 1, segmentNumber: 0, ...fin });
  return side;
}

/** The peer has closed first; of ours `bytes` and the FIN are unanswered. */
function inLastAck(bytes: number): OneSide {
  const side = OneSide.established();
  side.hear({ cumulativeAck: 0, segmentNumber: 0, ...fin });
  if (bytes > 0) side.write(bytes);
  side.end();
  return side;
}

test('TIME-WAIT lasts 2 s, then nothing is left', (t) => {
  const side = inTimeWait();
  side.pass(1_999);
  t.is(side.state, State.timeWait);
  side.pass(1);
  t.is(side.state, State.closed);
  t.true(side.memory.deadlines.every((deadline) => deadline === Infinity));
  t.is(codeOf(side), undefined);
});

test('a FIN that comes again in TIME-WAIT is answered at once, and the time begins anew', (t) => {
  const side = inTimeWait();
  side.pass(1_500);
  side.sent();
  side.hear({ cumulativeAck: 1, segmentNumber: 0, ...fin });
  t.like(side.sent(), [{ cumulativeAck: 1, duplicates: [0] }]);
  side.pass(1_999);
  t.is(side.state, State.timeWait);
  side.pass(1);
  t.is(side.state, State.closed);
});

test('"complete" ends TIME-WAIT at once', (t) => {
  const side = inTimeWait();
  side.hear({ cumulativeAck: 1, ...complete });
  t.is(side.state, State.closed);
  t.is(codeOf(side), undefined);
});

test('who closed last tells the other that it is complete', (t) => {
  const side = inLastAck(10);
  side.sent();
  side.hearAck(2);
  t.is(side.state, State.closed);
  t.like(side.sent(), [{ reset: { reason: ResetReason.complete, rejectedConnectionId: OUR_ID } }]);
});

test('a closed connection answers nothing and starts no timer', (t) => {
  const side = inLastAck(0);
  side.hearAck(1);
  side.sent();
  side.hear({ cumulativeAck: 1, segmentNumber: 0, ...fin }, { cumulativeAck: 1, segmentNumber: 1 });
  t.deepEqual(side.sent(), []);
  side.pass(60_000);
  t.deepEqual(side.sent(), []);
});

test('a peer that no longer knows us has finished if only an empty FIN is unanswered', (t) => {
  const side = inLastAck(0);
  side.hear(unknown);
  t.is(side.state, State.closed);
  t.is(codeOf(side), undefined);
});

test('a peer that no longer knows us has lost our bytes if any are unanswered', (t) => {
  const side = inLastAck(10);
  side.hear(unknown);
  t.is(side.state, State.closed);
  t.is(codeOf(side), 'ERR_HAWSER_PEER_RESTARTED');
});

test('the same for a peer that falls silent', (t) => {
  const done = inLastAck(0);
  done.pass(60_000);
  t.is(done.state, State.closed);
  t.is(codeOf(done), undefined);
  const undone = inLastAck(10);
  undone.pass(60_000);
  t.is(codeOf(undone), 'ERR_HAWSER_PEER_LOST');
});

test('a reset that does not reject the peer we know is ignored', (t) => {
  const side = OneSide.established();
  side.hear({ ...unknown, reset: { reason: 3, rejectedConnectionId: 0x1234 } });
  t.is(side.state, State.established);
});

test('"aborted" ends the connection with an error', (t) => {
  const side = OneSide.established();
  side.hear({
    cumulativeAck: 0,
    reset: { reason: ResetReason.aborted, rejectedConnectionId: PEER_ID },
  });
  t.is(codeOf(side), 'ERR_HAWSER_RESET_BY_PEER');
});

test('a silent peer is asked after a third of the idle time-out, and then every twelfth', (t) => {
  const side = OneSide.established({ idleTimeoutMicros: 12_000_000 });
  const asked: number[] = [];
  for (let second = 0; second < 12; second++) {
    side.pass(1_000);
    if (side.sent().some(({ acknowledgeNow }) => acknowledgeNow)) asked.push(second + 1);
  }
  t.deepEqual(asked, [4, 5, 6, 7, 8, 9, 10, 11]);
  t.is(codeOf(side), 'ERR_HAWSER_PEER_LOST');
});

test('a peer that answers is not given up', (t) => {
  const side = OneSide.established({ idleTimeoutMicros: 12_000_000 });
  for (let i = 0; i < 20; i++) {
    side.pass(4_000);
    t.is(side.sent().length, 1);
    side.hearAck(0);
  }
  t.is(side.state, State.established);
});
