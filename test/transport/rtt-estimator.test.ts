/** RFC 6298, with its numbers. */
import test from 'ava';

import { OneSide } from './support/one-side.js';

/** Sends one segment whose answer takes so long. */
function roundTrip(side: OneSide, millis: number): void {
  const next = side.statistics.dataSegmentsSent;
  side.writeSegments(1);
  side.pass(millis);
  side.hearAck(next + 1);
}

const unbounded = { minimumTimeoutMicros: 1, acknowledgmentDelayMicros: 0 };

test('before the first sample the time-out is the initial one (2.1)', (t) => {
  t.is(OneSide.established({ initialTimeoutMicros: 1_000_000 }).timeoutMs, 1000);
});

test('the first sample gives SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR (2.2)', (t) => {
  const side = OneSide.established(unbounded);
  roundTrip(side, 100);
  t.is(side.statistics.smoothedRttMs, 100);
  t.is(side.timeoutMs, 100 + 4 * 50);
});

test('further samples: RTTVAR by a quarter of the difference, then SRTT by an eighth (2.3)', (t) => {
  const side = OneSide.established(unbounded);
  roundTrip(side, 100);
  roundTrip(side, 180);
  const variance = 0.75 * 50 + 0.25 * 80;
  t.is(side.statistics.smoothedRttMs, 110);
  t.is(side.timeoutMs, 110 + 4 * variance);
  roundTrip(side, 110);
  t.is(side.statistics.smoothedRttMs, 110);
  t.is(side.timeoutMs, 110 + 4 * 0.75 * variance);
});

test('a steady path leaves the clock granularity between SRTT and time-out (2.3)', (t) => {
  const side = OneSide.established(unbounded);
  for (let i = 0; i < 60; i++) roundTrip(side, 64);
  t.is(side.timeoutMs, 65);
});

test('the time-out leaves room for a delayed acknowledgment, also where no sample contained one', (t) => {
  const side = OneSide.established({ minimumTimeoutMicros: 1, acknowledgmentDelayMicros: 25_000 });
  for (let i = 0; i < 60; i++) roundTrip(side, 64);
  t.is(side.timeoutMs, 65 + 25);
});

test('the time-out stays within its bounds (2.4, 2.5)', (t) => {
  const bounds = { minimumTimeoutMicros: 200_000, maximumTimeoutMicros: 300_000 };
  const quick = OneSide.established(bounds);
  roundTrip(quick, 1);
  t.is(quick.timeoutMs, 200);
  const slow = OneSide.established(bounds);
  roundTrip(slow, 250);
  t.is(slow.timeoutMs, 300);
});

test('each expiry doubles the time-out up to its bound, and an answer ends that (5.5)', (t) => {
  const side = OneSide.established({ initialTimeoutMicros: 1e6, maximumTimeoutMicros: 4e6 });
  side.writeSegments(1);
  const times: number[] = [];
  for (let ms = 0; ms < 16_000; ms += 100) {
    side.sent();
    side.pass(100);
    if (side.numbersSent().length > 0) times.push(side.nowMs);
  }
  t.deepEqual(times, [1000, 3000, 7000, 11_000, 15_000]);
  side.hearAck(1);
  side.sent();
  side.writeSegments(1);
  side.pass(900);
  t.deepEqual(side.numbersSent(), [1]);
  side.pass(200);
  t.deepEqual(side.numbersSent(), [1]);
});

test('a segment sent twice gives no sample: which of the two was answered is unknown (3)', (t) => {
  const side = OneSide.established({ initialTimeoutMicros: 250_000 });
  side.writeSegments(1);
  side.pass(300);
  t.is(side.count('retransmittedByTimeout'), 1);
  side.hearAck(1);
  t.is(side.statistics.smoothedRttMs, null);
});

test('a segment sent twice far apart, and answered soon after, does give one', (t) => {
  const side = OneSide.established({ initialTimeoutMicros: 2_000_000 });
  side.writeSegments(1);
  side.pass(2_020);
  side.hearAck(1);
  t.is(side.statistics.smoothedRttMs, 20);
});

test('what is heard of late because an acknowledgment was lost is no sample', (t) => {
  const side = OneSide.established(unbounded);
  roundTrip(side, 20);
  const before = side.statistics.smoothedRttMs;
  side.writeSegments(4);
  // Segment 1 is lost, the rest arrives, and so does segment 1 the second time.
  side.pass(1_000);
  t.true(side.count('retransmittedByTimeout') > 0);
  side.hearAck(5);
  t.is(side.statistics.smoothedRttMs, before);
});
