/**
 * Datagrams that the kernel has put together are taken many at a time. Whatever is among them, it
 * must be as if each had come by itself.
 */
import test from 'ava';
import { fc, testProp } from '@fast-check/ava';
import { PortCounter, ReceiveCounter, ReceiveWord } from '#hawser/shared/memory/layout.js';
import { OneSide } from './support/one-side.js';

const SLOTS = 32;
const FULL = 64;

/** What happens to the next segment of a stream on its way. */
const fate = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('arrives' as const) },
    { weight: 1, arbitrary: fc.constantFrom('lost', 'twice', 'corrupt', 'again', 'late') },
  ),
  short: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, fc.boolean()),
  ack: fc.oneof({ weight: 15, arbitrary: fc.constant(0) }, fc.constantFrom(0, 1)),
  window: fc.oneof({ weight: 15, arbitrary: fc.constant(-1) }, fc.constantFrom(-1, 3)),
  urgent: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, fc.boolean()),
  place: fc.nat(),
});
type Fate = typeof fate extends fc.Arbitrary<infer Value> ? Value : never;

const initialSegment = fc.constantFrom(0, 100, 0xfffffff0);

testProp(
  'a train does what its datagrams do one by one',
  [
    fc.array(fc.array(fate, { maxLength: 24 }), { minLength: 1, maxLength: 4 }),
    initialSegment,
    fc.boolean(),
  ],
  (t, batches, initial, reads) => {
    const byTrain = sideThatHasSent(initial);
    const oneByOne = sideThatHasSent(initial);
    let number = initial;
    for (const fates of batches) {
      const datagrams = datagramsOf(oneByOne, number, fates, initial);
      number += fates.length;
      byTrain.hearTrains(datagrams);
      oneByOne.hearDatagrams(datagrams);
      t.deepEqual(stateOf(byTrain), stateOf(oneByOne));
      t.deepEqual(byTrain.sent(), oneByOne.sent());
      if (reads) t.is(byTrain.read(), oneByOne.read());
    }
  },
);

test('segments of a train are delivered in order, and acknowledged once', (t) => {
  const side = OneSide.established({ acknowledgeEvery: 8 }, SLOTS);
  side.hearTrains([0, 1, 2, 3, 4, 5, 6, 7].map((number) => dataOf(side, number)));
  t.is(side.read(), 8 * FULL);
  t.deepEqual(
    side.sent().map(({ cumulativeAck }) => cumulativeAck),
    [8],
  );
});

test('what there is no room for is refused also within a train', (t) => {
  const side = OneSide.established({}, SLOTS);
  const numbers = Array.from({ length: SLOTS + 4 }, (_, number) => number);
  side.hearTrains(numbers.map((number) => dataOf(side, number)));
  t.is(side.memory.receiveCounters[ReceiveCounter.beyondWindow], 4);
  t.is(side.read(), SLOTS * FULL);
});

test('one corrupt datagram costs a train nothing but itself', (t) => {
  const side = OneSide.established({}, SLOTS);
  const train = [0, 1, 2, 3, 4, 5].map((number) => dataOf(side, number));
  train[3][40] ^= 0x10;
  side.hearTrains(train);
  t.is(side.memory.portCounters[PortCounter.corrupt], 1);
  t.is(side.read(), 3 * FULL);
  side.hearTrains([dataOf(side, 3)]);
  t.is(side.read(), 3 * FULL);
});

function sideThatHasSent(initialSegment: number): OneSide {
  const side = OneSide.established({ initialSegment }, SLOTS);
  side.writeSegments(1);
  side.sent();
  return side;
}

function dataOf(side: OneSide, segmentNumber: number): Uint8Array {
  return side.datagramOf({ segmentNumber, cumulativeAck: 0, payload: FULL });
}

function datagramsOf(
  side: OneSide,
  first: number,
  fates: readonly Fate[],
  initial: number,
): Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  fates.forEach(({ kind, short, ack, window, urgent, place }, index) => {
    const datagram = side.datagramOf({
      segmentNumber: (first + index) >>> 0,
      cumulativeAck: (initial + ack) >>> 0,
      payload: short ? FULL / 2 : FULL,
      ...(window >= 0 && { windowSegments: window }),
      ...(urgent && { acknowledgeNow: true }),
    });
    if (kind === 'corrupt') datagram[place % datagram.length] ^= 1 << (place & 7);
    if (kind === 'again' && datagrams.length > 0)
      datagrams.push(datagrams[place % datagrams.length]);
    if (kind === 'late') datagrams.splice(place % (datagrams.length + 1), 0, datagram);
    else if (kind !== 'lost') datagrams.push(datagram);
    if (kind === 'twice') datagrams.push(datagram);
  });
  return datagrams;
}

function stateOf({ memory, statistics }: OneSide): object {
  const words = [ReceiveWord.receiveNext, ReceiveWord.highestReceived, ReceiveWord.readNext];
  return {
    statistics,
    words: words.map((word) => memory.receive[word]),
    lengths: Array.from(memory.receivedLength),
    send: Array.from(memory.send),
  };
}
