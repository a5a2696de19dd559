/** Samples of the delivery rate, as in draft-cheng-iccrg-delivery-rate-estimation. */
import test from 'ava';

import { CongestionValue } from '#hawser/shared/memory/layout.js';
import { DeliveryRate } from '#hawser/shared/transport/congestion/delivery-rate.js';

import { Workbench } from './support/workbench.js';

/** Segments 0, 1, 2 … of 1000 bytes, each in its own slot. */
class RateBench extends Workbench {
  readonly rate = new DeliveryRate(this.memory);

  constructor() {
    super('bbr', 10);
    this.memory.slotLength.fill(this.segment - 32);
  }

  send(slot: number, nowMicros: number): void {
    if (this.value('inFlightBytes') === 0) this.rate.beginFlight(this.held, nowMicros);
    this.set('inFlightBytes', this.value('inFlightBytes') + this.segment);
    this.memory.slotLastSent[slot] = nowMicros;
    this.rate.sent(this.held, slot, this.value('inFlightBytes'));
  }

  acknowledge(nowMicros: number, ...slots: number[]) {
    this.rate.begin(this.held, nowMicros);
    for (const slot of slots) {
      this.set('inFlightBytes', this.value('inFlightBytes') - this.segment);
      this.rate.delivered(this.held, slot);
    }
    return this.rate.end(this.held, 0);
  }
}

test('what was delivered while a segment was under way, by the time that took', (t) => {
  const bench = new RateBench();
  for (let slot = 0; slot < 10; slot++) bench.send(slot, 1_000 * slot);
  for (let slot = 0; slot < 9; slot++) bench.acknowledge(20_000 + 1_000 * slot, slot);
  bench.send(10, 28_000);
  bench.acknowledge(29_000, 9);
  const sample = bench.acknowledge(48_000, 10);
  t.is(sample.delivered, 2_000);
  t.is(sample.rate, 2_000 / 20_000);
});

test('acknowledgments that come together do not seem faster than the segments were sent', (t) => {
  const bench = new RateBench();
  for (let slot = 0; slot < 10; slot++) bench.send(slot, 10_000 * slot);
  bench.acknowledge(100_000, 0);
  const sample = bench.acknowledge(100_000, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  t.is(sample.rate, 10_000 / 100_000);
});

test('an interval shorter than any round trip is no sample', (t) => {
  const bench = new RateBench();
  bench.send(0, 0);
  bench.send(1, 10);
  t.is(bench.acknowledge(5_000, 0, 1).rate, 0);
});

test('what the application left idle does not count', (t) => {
  const bench = new RateBench();
  bench.send(0, 0);
  bench.acknowledge(20_000, 0);
  bench.send(1, 10e6);
  t.is(bench.acknowledge(10e6 + 20_000, 1).rate, 1_000 / 20_000);
});

test('a segment sent while there was nothing else to send says so', (t) => {
  const bench = new RateBench();
  bench.send(0, 0);
  bench.set('applicationLimitedUntil', 2_000);
  bench.send(1, 1_000);
  t.false(bench.acknowledge(20_000, 0).isLimited);
  t.true(bench.acknowledge(21_000, 1).isLimited);
  t.is(bench.value('applicationLimitedUntil'), 2_000);
  bench.send(2, 21_000);
  bench.acknowledge(41_000, 2);
  t.is(bench.memory.congestion[CongestionValue.applicationLimitedUntil], 0);
});

test('how much was lost since a segment was sent is known when it arrives', (t) => {
  const bench = new RateBench();
  bench.set('lostBytes', 5_000);
  bench.send(0, 0);
  bench.set('lostBytes', 8_000);
  const sample = bench.acknowledge(20_000, 0);
  t.is(sample.lostSince, 3_000);
  t.is(sample.inFlightThen, 1_000);
});
