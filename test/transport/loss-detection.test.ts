/** RACK-TLP, RFC 8985, and the retransmission time-out, RFC 6298 section 5. */
import test from 'ava';

import { State } from '#hawser/shared/transport/connection-state.js';

import { OneSide } from './support/one-side.js';

/** The peer's answers come at once, so that a probe time-out is 2 SRTT and 35 ms. */
const RTT = 100;

/** Connected, with an RTT of 100 ms measured by so many segments. */
function measured(segments = 1, changes = {}): OneSide {
  const side = OneSide.established(changes);
  side.writeSegments(segments);
  side.pass(RTT);
  side.hearAck(segments);
  side.sent();
  return side;
}

test('a clean path: nothing is sent twice', (t) => {
  const side = measured();
  for (let i = 1; i < 30; i++) {
    side.writeSegments(2);
    side.pass(RTT);
    side.hearAck(1 + 2 * i);
  }
  const { dataSegmentsSent, datagramsSent, timeouts } = side.statistics;
  t.is(dataSegmentsSent, 59);
  t.is(timeouts, 0);
  t.true(datagramsSent <= 59 + 1);
});

test('three segments delivered above a hole: the hole is lost at once while no reordering was seen', (t) => {
  const side = measured();
  side.writeSegments(5);
  side.pass(RTT);
  side.sent();
  side.hearAck(1, [2, 5]);
  t.deepEqual(side.numbersSent(), [1]);
  t.is(side.count('retransmittedByReordering'), 1);
});

test('fewer are waited for, a quarter of the minimum RTT', (t) => {
  const side = measured();
  side.writeSegments(3);
  side.pass(RTT);
  side.sent();
  side.hearAck(1, [2, 4]);
  t.deepEqual(side.numbersSent(), []);
  side.pass(RTT / 4 - 1);
  t.deepEqual(side.numbersSent(), []);
  side.pass(2);
  t.deepEqual(side.numbersSent(), [1]);
});

test('a segment that is only late is not sent again', (t) => {
  const side = measured();
  side.writeSegments(3);
  side.pass(RTT);
  side.hearAck(1, [2, 4]);
  side.pass(RTT / 4 - 5);
  side.hearAck(4);
  side.pass(1000);
  t.is(side.statistics.datagramsSent, 1 + 3);
});

test('a lost retransmission is noticed when something sent after it is delivered', (t) => {
  const side = measured();
  side.writeSegments(5);
  side.pass(RTT);
  side.hearAck(1, [2, 6]);
  side.sent();
  side.pass(10);
  side.writeSegments(3);
  side.pass(RTT + 5);
  side.sent();
  side.hearAck(1, [2, 9]);
  t.deepEqual(side.numbersSent(), [1]);
});

test('of a tail that nothing follows, the last segment is probed after 2 SRTT and the longest delay of an acknowledgment (7.2)', (t) => {
  const side = measured();
  side.writeSegments(3);
  side.sent();
  side.pass(2 * RTT + 34);
  t.deepEqual(side.numbersSent(), []);
  side.pass(2);
  const probe = side.sent();
  t.is(probe.length, 1);
  t.is(probe[0].segmentNumber, 3);
  t.true(probe[0].acknowledgeNow);
  t.is(side.count('retransmittedByProbe'), 1);
});

test('the answer to a probe shows what else of the tail is lost', (t) => {
  const side = measured();
  side.writeSegments(3);
  side.pass(2 * RTT + 40);
  side.sent();
  side.pass(RTT);
  side.hearAck(1, [3, 4]);
  side.pass(RTT / 4 + 1);
  t.deepEqual(side.numbersSent(), [1, 2]);
  t.is(side.count('timeouts'), 0);
});

test('one probe, then the time-out; and no further probe until something is acknowledged', (t) => {
  const side = measured();
  side.writeSegments(1);
  side.sent();
  side.pass(5_000);
  t.is(side.count('retransmittedByProbe'), 1);
  t.true(side.count('retransmittedByTimeout') >= 2);
  side.hearAck(2);
  side.writeSegments(1);
  side.pass(300);
  t.is(side.count('retransmittedByProbe'), 2);
});

test('the time-out sends only the oldest again (5.4)', (t) => {
  const side = OneSide.established({ initialTimeoutMicros: 1_000_000 });
  side.writeSegments(4);
  side.sent();
  side.pass(1_000);
  t.deepEqual(side.numbersSent(), [0]);
});

test('after a time-out, the answer shows that all sent before is lost', (t) => {
  const side = measured();
  side.writeSegments(4);
  side.pass(640);
  side.sent();
  side.hearAck(2);
  side.pass(RTT);
  t.deepEqual(new Set(side.numbersSent()), new Set([2, 3, 4]));
});

test('a first flight that was lost altogether is not sent again one segment a time-out', (t) => {
  const side = OneSide.established({ initialTimeoutMicros: 1_000_000 });
  side.writeSegments(8);
  side.pass(1_000);
  side.pass(20);
  side.sent();
  side.hearAck(1);
  side.pass(10);
  t.deepEqual(side.numbersSent(), [1, 2, 3, 4, 5, 6, 7]);
  t.is(side.count('timeouts'), 1);
});

test('nothing in flight: no timer runs but keep-alive and idle', (t) => {
  const side = measured(4);
  const running = side.memory.deadlines.filter((deadline) => deadline < Infinity);
  t.is(running.length, 2);
});

test('who waits for the acknowledgment of its FIN asks several times within the TIME-WAIT of the peer', (t) => {
  const side = measured();
  side.hear({ cumulativeAck: 1, segmentNumber: 0, payload: 0, fin: true });
  side.end();
  t.is(side.state, State.lastAck);
  side.sent();
  side.pass(2_000);
  t.true(side.numbersSent().length >= 6);
});

test('an acknowledgment of what was never sent changes nothing', (t) => {
  const side = measured();
  side.writeSegments(2);
  side.hearAck(9);
  side.hearAck(1, [2, 7]);
  t.is(side.statistics.payloadBytesAcknowledged, 64);
});

test('the first segment, sent once and doubled on the way, was not sent again without need', (t) => {
  const side = OneSide.established();
  side.writeSegments(1);
  side.pass(50);
  side.hear({ cumulativeAck: 1, duplicates: [0] });
  t.is(side.count('spuriousRetransmissions'), 0);
});
