import { fc, testProp } from '@fast-check/ava';
import { crc32 } from '#hawser/shared/wire/checksum.js';
import { CrcShifts } from '#hawser/shared/wire/crc-shift.js';
import { emitHeader } from '#hawser/shared/wire/emit.js';
import { ParseResult } from '#hawser/shared/wire/parse-result.js';
import { parseSegment } from '#hawser/shared/wire/parse.js';
import { Integrity, Segment } from '#hawser/shared/wire/segment.js';
import { advance, segmentNumber, type NumberBytes } from '#hawser/shared/wire/serial.js';
import { countFollowers, TrainVerifier } from '#hawser/shared/wire/train.js';

const SENDER_ID = 0x21b2c3d4;
const OUR_ID = 0x0badcafe;
const START = 24;

const drawn = fc.record({
  first: fc.integer(),
  ack: fc.integer(),
  numberBytes: fc.constantFrom<NumberBytes>(1, 2, 3, 4),
  windowSegments: fc.constantFrom(-1, 5, 5000),
  acknowledgeNow: fc.boolean(),
  payloadBytes: fc.integer({ min: 1, max: 300 }),
  followers: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat({ max: 255 }),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer Value> ? Value : never;

const shifts = new CrcShifts();
const verifier = new TrainVerifier();

testProp(
  'a CRC moves past bytes that were not looked at',
  [fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 3000 })],
  (t, head, tail) => {
    const whole = Uint8Array.from([...head, ...tail]);
    const [ofHead, ofTail, ofWhole] = [head, tail, whole].map((it) => crc32(it, 0, it.length, 0));
    t.is(shifts.by(tail.length).past(ofHead) ^ ofTail, ofWhole);
  },
);

testProp('an intact train is found whole and intact', [drawn], (t, draw) => {
  const { bytes, every, segment } = trainOf(draw);
  t.is(countFollowers(bytes, START, bytes.length, every, segment, true), draw.followers);
  t.true(verify(bytes, every, draw.followers, segment));
});

testProp('a shorter last datagram is not a follower', [drawn], (t, draw) => {
  const { bytes, every, segment } = trainOf(draw);
  const followers = countFollowers(bytes, START, bytes.length - 1, every, segment, true);
  t.is(followers, draw.followers - 1);
});

testProp(
  'any one wrong bit of a follower is noticed, or makes it none',
  [drawn, fc.nat(), fc.nat()],
  (t, draw, place, bit) => {
    const { bytes, every, segment } = trainOf(draw);
    const at = START + every + (place % (draw.followers * every));
    bytes[at] ^= 1 << (bit & 7);
    const count = countFollowers(bytes, START, bytes.length, every, segment, true);
    const wrong = Math.floor((at - START) / every) - 1;
    if (count <= wrong) t.is(count, wrong);
    else t.false(verify(bytes, every, count, segment));
    t.true(verify(bytes, every, Math.min(count, wrong), segment));
  },
);

testProp('a follower of another sender is noticed', [drawn], (t, draw) => {
  const { bytes, every, segment } = trainOf(draw);
  const headerBytes = segment.payloadStart - START;
  t.false(
    verifier.verify(
      bytes,
      START + every,
      every,
      draw.followers,
      segment,
      headerBytes,
      SENDER_ID + 1,
    ),
  );
});

function verify(bytes: Uint8Array, every: number, count: number, segment: Segment): boolean {
  const headerBytes = segment.payloadStart - START;
  return verifier.verify(bytes, START + every, every, count, segment, headerBytes, SENDER_ID);
}

/** A first datagram at `START` and its followers, and the first as it was parsed. */
function trainOf(draw: Drawn): { bytes: Uint8Array; every: number; segment: Segment } {
  const cars = Array.from({ length: draw.followers + 1 }, (_, index) => datagramOf(draw, index));
  const every = cars[0].length;
  const bytes = new Uint8Array(START + cars.length * every);
  cars.forEach((car, index) => {
    bytes.set(car, START + index * every);
  });
  const segment = new Segment();
  const context = {
    localConnectionId: OUR_ID,
    peerConnectionId: SENDER_ID,
    integrity: Integrity.crc32,
    receiveNext: segmentNumber(draw.first),
    sendUnacknowledged: segmentNumber(draw.ack),
  };
  const result = parseSegment(bytes, START, START + every, context, segment);
  if (result !== ParseResult.ok) throw new Error(`the first datagram is refused: ${result}`);
  return { bytes, every, segment };
}

function datagramOf(draw: Drawn, index: number): Uint8Array {
  const segment = new Segment();
  segment.destinationConnectionId = OUR_ID;
  segment.cumulativeAck = segmentNumber(draw.ack);
  segment.numbered = true;
  segment.segmentNumber = advance(segmentNumber(draw.first), index);
  segment.windowSegments = draw.windowSegments;
  segment.acknowledgeNow = draw.acknowledgeNow;
  const payload = Uint8Array.from({ length: draw.payloadBytes }, (_, at) =>
    Math.imul(at + index + draw.seed, 0x9e3779b1),
  );
  const target = new Uint8Array(64 + payload.length);
  const context = { localConnectionId: SENDER_ID, integrity: Integrity.crc32 };
  const sum = crc32(payload, 0, payload.length, 0);
  const length = emitHeader(target, 0, segment, context, draw.numberBytes, sum);
  target.set(payload, length);
  return target.subarray(0, length + payload.length);
}
