/** HyStart++: RFC 9406 section 4. Samples are acknowledgments of 16 segments, as many as TCP has eight of. */
import test from 'ava';

import { HyStart } from '#hawser/shared/transport/congestion/hystart.js';

import { Workbench } from './support/workbench.js';

class HyStartBench extends Workbench {
  readonly hystart = new HyStart(this.memory);

  constructor() {
    super('cubic', 100);
    this.hystart.initialize();
  }

  get growth(): number {
    return this.hystart.growth(this.held);
  }

  /** A round of one acknowledgment; true if slow start ends with it. */
  round(rttMs: number): boolean {
    const deliveredBefore = this.value('deliveredBytes');
    const sample = this.deliver(16, 0, { rttMicros: rttMs * 1e3, deliveredBefore });
    return this.hystart.acknowledged(this.held, sample);
  }
}

test('a steady RTT lets the window double', (t) => {
  const bench = new HyStartBench();
  for (let round = 0; round < 10; round++) t.false(bench.round(100));
  t.is(bench.growth, 1);
});

test('an eighth more than in the round before slows the growth to a quarter', (t) => {
  const bench = new HyStartBench();
  bench.round(100);
  bench.round(112);
  t.is(bench.growth, 1);
  bench.round(112 + 14);
  t.is(bench.growth, 1 / 4);
});

test('the threshold is at least 4 ms and at most 16 ms', (t) => {
  const quick = new HyStartBench();
  quick.round(8);
  quick.round(11.9);
  t.is(quick.growth, 1);
  quick.round(16);
  t.is(quick.growth, 1 / 4);
  const slow = new HyStartBench();
  slow.round(400);
  slow.round(416);
  t.is(slow.growth, 1 / 4);
});

test('if the RTT comes down again it was no queue', (t) => {
  const bench = new HyStartBench();
  bench.round(100);
  bench.round(120);
  bench.round(119);
  t.is(bench.growth, 1);
});

test('after five rounds of slow growth slow start is over', (t) => {
  const bench = new HyStartBench();
  bench.round(100);
  const ends = [120, 121, 122, 123, 124, 125].map((rttMs) => bench.round(rttMs));
  t.deepEqual(ends, [false, false, false, false, false, true]);
});
