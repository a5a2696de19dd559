/** Pacing: how much may leave, and when the next may. */
import test from 'ava';

import { Pacer } from '#hawser/shared/transport/congestion/pacer.js';

import { Workbench } from './support/workbench.js';

const MEGABYTE_A_SECOND = 1;

class PacerBench extends Workbench {
  readonly pacer = new Pacer(this.memory);

  constructor(rate: number) {
    super('cubic', 100);
    this.pacer.setRate(this.held, rate);
  }

  /** Sends all that may go. */
  send(nowMicros: number): number {
    const bytes = this.pacer.quota(this.held, nowMicros);
    this.pacer.sent(this.held, bytes, nowMicros);
    return bytes;
  }
}

test('without a rate nothing is held back', (t) => {
  const bench = new PacerBench(0);
  t.is(bench.pacer.quota(bench.held, 0), Infinity);
});

test('after a burst of a millisecond the next one has to wait so long', (t) => {
  const bench = new PacerBench(20 * MEGABYTE_A_SECOND);
  bench.set('nextSendAt', 1e6);
  t.is(bench.send(1e6), 20_000);
  t.is(bench.send(1e6 + 999), 0);
  t.is(bench.send(1e6 + 1_000), 20_000);
});

test('at a low rate a burst is two segments', (t) => {
  const bench = new PacerBench(0.1 * MEGABYTE_A_SECOND);
  bench.set('nextSendAt', 1e6);
  t.is(bench.send(1e6), 2 * bench.segment);
  t.is(bench.value('nextSendAt'), 1e6 + 20_000);
});

test('at a high rate a burst is 128 KiB, so a gigabit takes no more than a thousand wake-ups a second', (t) => {
  const gigabit = 125 * MEGABYTE_A_SECOND;
  const bench = new PacerBench(gigabit);
  bench.set('nextSendAt', 0);
  let [wakeUps, bytes] = [0, 0];
  for (let now = 0; now < 1e6; now = bench.value('nextSendAt')) {
    bytes += bench.send(now);
    wakeUps += 1;
  }
  t.true(wakeUps <= 1_001, `${wakeUps}`);
  t.true(Math.abs(bytes / 125e6 - 1) < 0.01);
});

/** Of the rate, when each burst leaves so much too late. */
function shareWhenLate(bench: PacerBench, lateMicros: number): number {
  bench.set('nextSendAt', 0);
  let [now, bytes] = [0, 0];
  for (let turn = 0; turn < 1_000; turn++) {
    bytes += bench.send(now);
    bench.pacer.ended(bench.held, true);
    now = bench.value('nextSendAt') + lateMicros;
  }
  return bytes / now / 20;
}

test('who has more to send and wakes late loses no rate, up to ten milliseconds', (t) => {
  for (const lateMicros of [500, 1_500, 4_000, 9_500]) {
    const share = shareWhenLate(new PacerBench(20 * MEGABYTE_A_SECOND), lateMicros);
    t.true(Math.abs(share - 1) < 0.01, `${lateMicros} µs: ${share}`);
  }
  t.true(shareWhenLate(new PacerBench(20 * MEGABYTE_A_SECOND), 20_000) < 0.6);
});

test('a long silence is not made up for', (t) => {
  const bench = new PacerBench(20 * MEGABYTE_A_SECOND);
  bench.set('nextSendAt', 0);
  bench.pacer.ended(bench.held, false);
  t.is(bench.send(60e6), 20_000 + 40_000);
});
