import { fc, testProp } from '@fast-check/ava';
import { emitHeader } from '#hawser/shared/wire/emit.js';
import { HeaderSequence } from '#hawser/shared/wire/header-sequence.js';
import { Integrity, Segment } from '#hawser/shared/wire/segment.js';
import { segmentNumber, type NumberBytes } from '#hawser/shared/wire/serial.js';

const SECOND_AT = 40;
const sequence = new HeaderSequence();

const drawn = fc.record({
  destination: fc.integer().filter((id) => id !== 0),
  localConnectionId: fc.integer(),
  ack: fc.integer(),
  numbers: fc.tuple(fc.integer(), fc.integer()),
  payloadCrcs: fc.tuple(fc.integer(), fc.integer()),
  numberBytes: fc.constantFrom<NumberBytes>(1, 2, 3, 4),
  windowSegments: fc.constantFrom(-1, 5, 5000),
  integrity: fc.constantFrom(Integrity.none, Integrity.crc32),
});

testProp('a header that follows is what would have been composed', [drawn], (t, draw) => {
  const bytes = new Uint8Array(128);
  const expected = new Uint8Array(64);
  const { numbers, payloadCrcs, numberBytes, integrity } = draw;
  const checked = integrity !== Integrity.none;
  const first = segmentNumber(numbers[0]);
  const length = compose(bytes, draw, 0);
  sequence.begin(bytes, 0, length, first, numberBytes, checked, payloadCrcs[0]);
  t.true(sequence.continues(numberBytes));

  const number = segmentNumber(numbers[1]);
  const followed = sequence.follow(bytes, SECOND_AT, number, payloadCrcs[1]);
  t.is(followed, compose(expected, draw, 1));
  const written = bytes.subarray(SECOND_AT, SECOND_AT + followed);
  t.deepEqual(written, expected.subarray(0, followed));
});

testProp(
  'a header of another length does not follow, nor does any after the end',
  [drawn],
  (t, draw) => {
    const bytes = new Uint8Array(128);
    const length = compose(bytes, draw, 0);
    sequence.begin(bytes, 0, length, segmentNumber(0), draw.numberBytes, true, 0);
    for (const other of [1, 2, 3, 4] as const) {
      t.is(sequence.continues(other), other === draw.numberBytes);
    }
    sequence.end();
    t.false(sequence.continues(draw.numberBytes));
  },
);

type Drawn = typeof drawn extends fc.Arbitrary<infer Value> ? Value : never;

function compose(target: Uint8Array, draw: Drawn, which: 0 | 1): number {
  const segment = new Segment();
  segment.destinationConnectionId = draw.destination;
  segment.cumulativeAck = segmentNumber(draw.ack);
  segment.numbered = true;
  segment.segmentNumber = segmentNumber(draw.numbers[which]);
  segment.windowSegments = draw.windowSegments;
  return emitHeader(target, 0, segment, draw, draw.numberBytes, draw.payloadCrcs[which]);
}
