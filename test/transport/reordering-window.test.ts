/** The reordering window: RFC 8985 section 6.2, steps 2 and 4, seen from when segments go again. */
import test from 'ava';

import { SendTime, SendWord } from '#hawser/shared/memory/layout.js';

import { ReorderingWindow } from '#hawser/shared/transport/reordering-window.js';
import { RttEstimator } from '#hawser/shared/transport/rtt-estimator.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';

import { OneSide } from './support/one-side.js';

const RTT = 100;

function measured(): OneSide {
  const side = OneSide.established();
  side.writeSegments(1);
  side.pass(RTT);
  side.hearAck(1);
  side.sent();
  return side;
}

function steps(side: OneSide): number {
  return side.memory.send[SendWord.reorderingSteps];
}

/** Loses the first of two segments, sends it again, and hears what `report` says then. */
function recover(side: OneSide, report: 'needed' | 'not needed'): void {
  const first = side.memory.send[SendWord.sendNext];
  side.writeSegments(5);
  side.pass(RTT);
  side.hearAck(first, [first + 1, first + 5]);
  side.pass(1.5 * RTT);
  side.hearAck(first + 5);
  if (report === 'not needed') side.hear({ cumulativeAck: first + 5, duplicates: [first] });
  side.sent();
}

test('it begins at a quarter of the minimum RTT', (t) => {
  const side = measured();
  side.writeSegments(2);
  side.pass(RTT);
  side.hearAck(1, [2, 3]);
  side.pass(RTT / 4 + 1);
  t.deepEqual(side.numbersSent(), [1, 2, 1]);
});

test('each round in which a retransmission was not needed adds a quarter', (t) => {
  const side = measured();
  for (let round = 1; round <= 3; round++) {
    recover(side, 'not needed');
    t.is(steps(side), 1 + round);
  }
});

test('several reports in one round add only one quarter', (t) => {
  const side = measured();
  side.writeSegments(8);
  side.pass(RTT);
  side.hearAck(1, [4, 9]);
  side.pass(RTT);
  side.hear({ cumulativeAck: 2, sack: [[4, 9]], duplicates: [1] });
  side.hear({ cumulativeAck: 3, sack: [[4, 9]], duplicates: [2] });
  t.is(steps(side), 2);
});

test('nor do reports that come one by one when nothing is under way any more', (t) => {
  const side = measured();
  side.writeSegments(8);
  side.pass(RTT);
  side.hearAck(1, [4, 9]);
  side.pass(1.5 * RTT);
  side.hearAck(9);
  for (const segment of [1, 2, 3]) side.hear({ cumulativeAck: 9, duplicates: [segment] });
  t.is(side.count('spuriousRetransmissions'), 3);
  t.is(steps(side), 2);
});

test('a report counts wherever in the round it comes', (t) => {
  const side = measured();
  recover(side, 'needed');
  side.writeSegments(6);
  side.pass(RTT);
  side.hearAck(6, [7, 11]);
  side.pass(10);
  side.hearAck(7, [8, 11]);
  side.pass(10);
  side.hear({ cumulativeAck: 11, duplicates: [6] });
  t.is(steps(side), 2);
});

test('sixteen recoveries without such a report bring it back to one quarter', (t) => {
  const side = measured();
  recover(side, 'not needed');
  recover(side, 'not needed');
  t.is(steps(side), 3);
  for (let i = 0; i < 15; i++) recover(side, 'needed');
  t.is(steps(side), 3);
  recover(side, 'needed');
  t.is(steps(side), 1);
});

test('a segment that is found late widens it to how late that was', (t) => {
  const side = measured();
  for (let i = 0; i < 6; i++) {
    const first = side.memory.send[SendWord.sendNext];
    side.writeSegments(2);
    side.pass(RTT);
    side.hearAck(first, [first + 1, first + 2]);
    side.pass(20);
    side.hearAck(first + 2);
  }
  const extentMs = side.memory.sendTimes[SendTime.reorderingExtent] / 1e3;
  t.true(extentMs > 10 && extentMs <= 20, `${extentMs}`);
  t.is(side.statistics.retransmittedByReordering, 0);
});

test('where more is missing than there, segments are taken to be shuffled, not lost', (t) => {
  const side = measured();
  side.writeSegments(12);
  side.pass(RTT);
  side.sent();
  side.hearAck(1, [4, 5], [8, 9], [12, 13]);
  t.deepEqual(side.numbersSent(), []);
});

test('one acknowledgment of a large flight does not undo what the last one told', (t) => {
  const { memory } = measured();
  const settings = { ...defaultSettings, wallClockOffsetMicros: 0 };
  const window = new ReorderingWindow(memory, new RttEstimator(memory, settings));
  const flight = 8192;
  memory.send[SendWord.sendNext] = memory.send[SendWord.sendUnacknowledged] + flight;
  memory.sendTimes[SendTime.reorderingExtent] = 50_000;
  memory.sendMutex.hold((held) => {
    for (let segment = 0; segment < flight / 2; segment++) window.noteOvertaken(held, 0);
  });
  const extent = memory.sendTimes[SendTime.reorderingExtent];
  t.true(extent > 45_000 && extent < 50_000, `${extent}`);
});
