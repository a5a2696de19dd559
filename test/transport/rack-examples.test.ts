/** The two examples of RACK-TLP at work in RFC 8985, sections 3.4 and 3.5, event by event. */
import test from 'ava';

import { OneSide } from './support/one-side.js';

/** The peer's answers come at once, so that a probe time-out is 2 SRTT and 35 ms. */
const RTT = 100;
const PROBE_TIMEOUT = 2 * RTT + 35;

/** Events 1 and 2: P0 to P3 are sent, P0 arrives and is acknowledged, all others are lost. */
function lostTail(): OneSide {
  const side = OneSide.established();
  side.writeSegments(4);
  side.pass(RTT);
  side.hearAck(1);
  side.sent();
  return side;
}

test('fast recovery: a probe shows the tail lost, and a lost retransmission is found as well (3.4)', (t) => {
  const side = lostTail();
  side.pass(PROBE_TIMEOUT + 1);
  t.deepEqual(side.numbersSent(), [3], '3: the probe time-out sends P3 again');
  side.pass(RTT);
  side.hearAck(1, [3, 4]);
  side.pass(RTT / 4 + 1);
  t.deepEqual(side.numbersSent(), [1, 2], '5: P1 and P2 are lost');
  side.pass(RTT);
  side.hearAck(1, [2, 4]);
  side.pass(RTT / 4 + 1);
  t.deepEqual(side.numbersSent(), [1], '7: P2 has arrived, so P1 is lost again');
  side.pass(RTT);
  side.hearAck(4);
  side.pass(5_000);
  t.deepEqual(side.numbersSent(), [], '8: all is settled');
  t.is(side.count('timeouts'), 0);
});

test('time-out: if the probe is lost too, the time-out sends the first again, and its answer shows the rest lost (3.5)', (t) => {
  const side = lostTail();
  side.pass(PROBE_TIMEOUT + 1);
  t.deepEqual(side.numbersSent(), [3], 'the probe, which is lost');
  side.pass(side.timeoutMs);
  t.deepEqual(side.numbersSent(), [1], 'the time-out sends P1 again');
  t.is(side.count('timeouts'), 1);
  side.pass(RTT);
  side.hearAck(2);
  side.pass(RTT / 4 + 1);
  t.deepEqual(side.numbersSent().sort(), [2, 3], 'P2 and P3 were sent before it');
  side.pass(RTT);
  side.hearAck(4);
  side.pass(5_000);
  t.deepEqual(side.numbersSent(), []);
  t.is(side.count('timeouts'), 1);
});
