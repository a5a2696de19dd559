/** What BBR takes for the loss of the path, and what for congestion. */
import test from 'ava';

import { AmbientLoss } from '#hawser/shared/transport/congestion/bbr/ambient-loss.js';

import { Workbench } from './support/workbench.js';

class LossBench extends Workbench {
  readonly ambient = new AmbientLoss(this.memory);

  constructor() {
    super('bbr', 50);
    this.ambient.initialize();
  }

  /** One probing cycle whose rounds lose these shares. */
  cycle(...shares: number[]): void {
    this.ambient.beginCycle();
    for (const share of shares) this.ambient.note(this.held, share);
    this.ambient.settle(this.held);
  }

  tolerated(segments: number): number {
    return this.ambient.tolerated(this.held, segments * this.segment);
  }
}

test('until a cycle has been seen nothing is known, and two in a hundred are tolerated', (t) => {
  const bench = new LossBench();
  t.false(bench.ambient.isKnown(bench.held));
  t.is(bench.tolerated(100), 0.02);
  t.is(bench.ambient.compensation(bench.held), 1);
});

test('a path that always loses one in ten is allowed to, and a little more by chance', (t) => {
  const bench = new LossBench();
  bench.cycle(...Array<number>(20).fill(0.1));
  t.true(bench.tolerated(400) > 0.15 && bench.tolerated(400) < 0.18);
  t.true(bench.tolerated(40) > bench.tolerated(400), 'fewer segments, more chance');
});

test('as much more is sent as is lost', (t) => {
  const bench = new LossBench();
  bench.cycle(...Array<number>(20).fill(0.1));
  t.is(bench.ambient.compensation(bench.held), 1 / 0.9);
});

test('losses that are not there when less is sent are our own, and are not made up for', (t) => {
  const bench = new LossBench();
  bench.cycle(...Array<number>(30).fill(0));
  bench.cycle(0, 0, 0.2, 0.2, 0.1, 0, 0, 0.05);
  t.is(bench.ambient.compensation(bench.held), 1);
});

test('nobody sends twice as much into a path that loses half', (t) => {
  const bench = new LossBench();
  bench.cycle(...Array<number>(20).fill(0.5));
  t.is(bench.ambient.compensation(bench.held), 1 / 0.8);
});

test('a path that has become better is believed within a few cycles', (t) => {
  const bench = new LossBench();
  bench.cycle(...Array<number>(20).fill(0.1));
  for (let cycle = 0; cycle < 3; cycle++) bench.cycle(...Array<number>(20).fill(0));
  t.true(bench.ambient.compensation(bench.held) < 1.001);
});
