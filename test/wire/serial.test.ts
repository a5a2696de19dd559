import test from 'ava';
import { fc, testProp } from '@fast-check/ava';
import {
  advance,
  bytesNeeded,
  distance,
  expand,
  isBefore,
  segmentNumber,
  truncate,
  type NumberBytes,
} from '#hawser/shared/wire/serial.js';

const number = fc.integer().map(segmentNumber);
const bytes = fc.constantFrom<NumberBytes[]>(1, 2, 3, 4);
const nearWrap = fc.integer({ min: -300, max: 300 }).map((by) => segmentNumber(2 ** 32 + by));

testProp(
  'a number advanced by n is n ahead, across any wrap',
  [fc.oneof(number, nearWrap), fc.integer()],
  (t, from, by) => {
    t.is(distance(advance(from, by), from), by);
    t.is(isBefore(advance(from, by), from), by < 0);
  },
);

testProp(
  'of two numbers less than 2^31 apart one is before the other',
  [number, number],
  (t, a, b) => {
    fc.pre(distance(a, b) !== -(2 ** 31));
    t.is(Number(isBefore(a, b)) + Number(isBefore(b, a)), a === b ? 0 : 1);
  },
);

test('numbers wrap from 2^32 - 1 to 0, and from 2^31 - 1 on', (t) => {
  const last = segmentNumber(2 ** 32 - 1);
  t.is(advance(last, 1), segmentNumber(0));
  t.true(isBefore(last, segmentNumber(0)));
  const half = segmentNumber(2 ** 31 - 1);
  t.true(isBefore(half, advance(half, 1)));
  t.is(distance(advance(half, 1), half), 1);
});

testProp(
  'a truncated number expands to itself anywhere in the range around its reference',
  [
    fc.oneof(number, nearWrap),
    bytes,
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  ],
  (t, original, length, place) => {
    const range = 2 ** (8 * length);
    const ahead = Math.floor(place * range) - range / 2;
    const reference = advance(original, -ahead);
    const low = truncate(original, length);
    t.true(low >= 0 && low < range);
    t.is(expand(low, length, reference), original);
  },
);

test('the range around the reference is half open', (t) => {
  const reference = segmentNumber(1000);
  t.is(expand(truncate(segmentNumber(1000 - 128), 1), 1, reference), segmentNumber(1000 - 128));
  t.is(expand(truncate(segmentNumber(1000 + 127), 1), 1, reference), segmentNumber(1000 + 127));
  t.is(expand(truncate(segmentNumber(1000 + 128), 1), 1, reference), segmentNumber(1000 - 128));
});

testProp(
  "a sender's choice of length suits every receiver that has part of what is in flight",
  [fc.oneof(number, nearWrap), fc.nat({ max: 2 ** 31 - 1 }), fc.nat(), fc.nat()],
  (t, sendUnacknowledged, inFlight, sentAt, receivedAt) => {
    const span = inFlight + 1;
    fc.pre(span < 2 ** 31);
    const sent = advance(sendUnacknowledged, sentAt % span);
    const receiveNext = advance(sendUnacknowledged, receivedAt % (span + 1));
    const length = bytesNeeded(span);
    t.is(expand(truncate(sent, length), length, receiveNext), sent);
  },
);

test('the length grows just where a byte would no longer do', (t) => {
  const lengths = [0, 127, 128, 32_767, 32_768, 8_388_607, 8_388_608].map(bytesNeeded);
  t.deepEqual(lengths, [1, 1, 2, 2, 3, 3, 4]);
});
