/** In which order the parts of a segment go. */
import test from 'ava';

import { SendTime, SendWord } from '#hawser/shared/memory/layout.js';
import { equalParts, firstPart } from '#hawser/shared/transport/parts.js';
import { RetransmissionTimers } from '#hawser/shared/transport/retransmission-timers.js';
import { RttEstimator } from '#hawser/shared/transport/rtt-estimator.js';
import { SendWindow } from '#hawser/shared/transport/send-window.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';

import { OneSide } from './support/one-side.js';

test('parts are of equal length, and none is longer than the path carries', (t) => {
  t.is(equalParts(1440, 1168), 720);
  for (const limit of [480, 1168, 1440]) {
    const size = equalParts(65_472, limit);
    t.true(size <= limit && size % 8 === 0);
  }
});

test('sixteen attempts in a row begin in each sixteenth once', (t) => {
  for (const first of [0, 16, 160]) {
    const begun = Array.from({ length: 16 }, (_, i) => firstPart(first + i, 1600));
    const sixteenths = begun.map((part) => Math.floor(part / 100)).sort((a, b) => a - b);
    t.deepEqual(
      sixteenths,
      Array.from({ length: 16 }, (_, i) => i),
    );
  }
});

test('what is missing first is put together also while of a thousand behind it only a part has come', (t) => {
  const one = OneSide.established({}, 4096);
  const part = (segmentNumber: number, offset: number) => ({
    cumulativeAck: 0,
    segmentNumber,
    payload: 8,
    part: { offset, totalBytes: 16 },
  });
  for (let number = 1; number <= 1024; number++) one.hear(part(number, 0));
  one.hear(part(0, 8));
  one.hear(part(0, 0));
  t.is(one.read(), 16);
});

test('of a segment that goes in parts the time-out doubles to a second only, or not at all if it is longer', (t) => {
  for (const [path, timeoutMicros, expected] of [
    [512, 200_000, 1_000_000],
    [512, 2_500_000, 2_500_000],
    [1472, 200_000, 6_400_000],
  ]) {
    const { memory } = sentTo(path);
    const settings = { ...defaultSettings, wallClockOffsetMicros: 0 };
    const rtt = new RttEstimator(memory, settings);
    const timers = new RetransmissionTimers(memory, new SendWindow(memory), rtt, settings);
    memory.sendTimes[SendTime.retransmissionTimeout] = timeoutMicros;
    memory.send[SendWord.backOff] = 5;
    t.is(
      memory.sendMutex.hold((held) => timers.timeout(held)),
      expected,
    );
  }
});

/** A segment of 1440 bytes is in flight, and now the path carries so much. */
function sentTo(pathBytes: number): OneSide {
  const side = OneSide.established({ maximumDatagramBytes: 1472 }, 16, 1440);
  side.write(1440);
  side.sent();
  side.memory.send[SendWord.pathDatagramBytes] = pathBytes;
  return side;
}
