/** Window, recovery and undo, seen from one side of a connection with CUBIC. */
import test from 'ava';

import { BbrValue, CongestionValue, SendWord } from '#hawser/shared/memory/layout.js';

import { OneSide } from '../support/one-side.js';

const RTT = 100;
/** Payload and a header of full length. */
const SEGMENT = 64 + 32;

class Regulated {
  readonly side: OneSide;

  constructor(congestion: 'cubic' | 'bbr' = 'cubic') {
    this.side = OneSide.established({ congestion, windowSegments: 64, nagle: false }, 128);
  }

  get windowSegments(): number {
    return this.value('windowBytes') / SEGMENT;
  }

  get inFlightSegments(): number {
    return this.value('inFlightBytes') / SEGMENT;
  }

  value(name: keyof typeof CongestionValue): number {
    return this.side.memory.congestion[CongestionValue[name]];
  }

  /** The first ten of sixty segments have gone, and are acknowledged. */
  hearOfFirstTen(): void {
    this.side.writeSegments(60);
    this.side.pass(RTT);
    this.side.sent();
    this.side.hearAck(10);
  }

  /** Everything that goes within a round trip, pacing included. */
  round(): number[] {
    this.side.pass(RTT);
    return this.side.numbersSent();
  }
}

test('at the beginning ten segments go, and the tenth asks for an answer', (t) => {
  const { side } = new Regulated();
  side.writeSegments(40);
  const sent = side.sent();
  t.is(sent.length, 10);
  const asking = sent.filter(({ acknowledgeNow }) => acknowledgeNow === true);
  t.deepEqual(asking, [sent[9]]);
});

test('a window smaller than a burst has an answer before its last segment, which may be lost', (t) => {
  const bench = new Regulated();
  const { side } = bench;
  bench.hearOfFirstTen();
  side.memory.congestion[CongestionValue.burstBytes] = 40 * SEGMENT;
  side.pass(RTT);
  const asking = side.sent().filter(({ acknowledgeNow }) => acknowledgeNow === true);
  t.true(asking.length >= 2, `${asking.length}`);
});

test('acknowledged, twenty follow', (t) => {
  const bench = new Regulated();
  bench.hearOfFirstTen();
  t.is(bench.windowSegments, 20);
  t.is(bench.round().at(-1), 29);
  t.is(bench.inFlightSegments, 20);
});

test('after slow start a window is spread over the round trip', (t) => {
  const bench = withLosses();
  const { side } = bench;
  side.hearAck(side.memory.send[SendWord.sendNext]);
  const atOnce = side.numbersSent().length;
  t.true(atOnce > 0 && atOnce <= 4, `${atOnce}`);
  t.true(bench.round().length > atOnce);
});

/** 10 of 60 have arrived, and 20 are in flight. */
function inSlowStart(): Regulated {
  const bench = new Regulated();
  bench.side.writeSegments(60);
  bench.side.pass(RTT);
  bench.side.hearAck(10);
  bench.round();
  return bench;
}

/** 3 of 20 are found lost, and have been sent again. */
function withLosses(): Regulated {
  const bench = inSlowStart();
  const { side } = bench;
  side.hearAck(10, [13, 30]);
  bench.round();
  return bench;
}

function inFlight({ side }: Regulated): number {
  return side.memory.send[SendWord.inFlightCount];
}

test('of several losses of one flight only the first makes the window smaller', (t) => {
  const bench = withLosses();
  t.is(Math.round(bench.windowSegments * 10) / 10, 14);
});

test('when the peer reports all that was sent again as needless, the reduction is undone', (t) => {
  const bench = withLosses();
  const { side } = bench;
  side.hear({ cumulativeAck: 30, duplicates: [10, 11] });
  t.true(bench.windowSegments < 20);
  side.hear({ cumulativeAck: 30, duplicates: [12] });
  t.true(bench.windowSegments >= 20, `${bench.windowSegments}`);
});

test('one that was really lost is enough for the reduction to stay', (t) => {
  const bench = withLosses();
  bench.side.hear({ cumulativeAck: 30, duplicates: [10, 12] });
  t.true(bench.windowSegments < 20);
});

test('a segment found lost that arrives before it is sent again was not lost', (t) => {
  const bench = inSlowStart();
  const { side } = bench;
  // The last two are still pacing when their originals arrive.
  side.hearAck(10, [25, 30]);
  const again = side.numbersSent();
  t.true(again.length < 15);
  side.hearAck(30);
  side.hear({ cumulativeAck: 30, duplicates: again });
  t.true(bench.windowSegments >= 20, `${bench.windowSegments}`);
});

test('a time-out is undone as well, if its segment was only late', (t) => {
  const bench = inSlowStart();
  const { side } = bench;
  const before = bench.windowSegments;
  side.pass(3 * side.timeoutMs);
  t.is(side.count('timeouts'), 1);
  t.is(bench.windowSegments, 1);
  side.hearAck(30);
  side.hear({ cumulativeAck: 30, duplicates: [10] });
  t.true(bench.windowSegments >= before, `${bench.windowSegments}`);
});

for (const congestion of ['cubic', 'bbr'] as const) {
  test(`${congestion}: what is in flight is what was sent, less what has arrived or is lost`, (t) => {
    const bench = new Regulated(congestion);
    const { side } = bench;
    side.writeSegments(60);
    side.pass(RTT);
    side.hearAck(4, [6, 8]);
    t.is(bench.inFlightSegments, inFlight(bench));
    bench.round();
    side.hearAck(10);
    t.is(bench.inFlightSegments, inFlight(bench));
    side.pass(20_000);
    t.is(bench.inFlightSegments, inFlight(bench));
    for (let i = 0; i < 10; i++) {
      side.hearAck(side.memory.send[SendWord.sendNext]);
      bench.round();
    }
    t.is(side.memory.send[SendWord.sendNext], 60);
    t.is(bench.inFlightSegments, 0);
  });
}

test('after a long silence the initial window leaves, and no more', (t) => {
  const bench = new Regulated();
  const { side } = bench;
  for (let round = 0; round < 3; round++) {
    side.writeSegments(40);
    for (let i = 0; i < 4; i++) {
      bench.round();
      side.hearAck(side.memory.send[SendWord.sendNext]);
    }
  }
  side.pass(3_000);
  side.sent();
  side.writeSegments(40);
  t.true(side.numbersSent().length <= 12);
});

test('bbr: too little to send is no sign of little bandwidth', (t) => {
  const bench = new Regulated('bbr');
  const { side } = bench;
  for (let round = 0; round < 20; round++) {
    side.writeSegments(1);
    bench.round();
    side.hearAck(round + 1);
  }
  t.is(side.memory.bbr[BbrValue.fullBandwidthReached], 0);
});

test('bbr: what one byte tells of the bandwidth holds up nothing that follows', (t) => {
  const bench = new Regulated('bbr');
  const { side } = bench;
  side.write(1);
  side.pass(RTT);
  side.hearAck(1);
  side.writeSegments(10);
  side.pass(1);
  side.hearAck(11);
  side.sent();
  side.writeSegments(10);
  t.is(bench.round().length, 10);
});
