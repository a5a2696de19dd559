import test, { type ExecutionContext } from 'ava';
import { fc, testProp } from '@fast-check/ava';
import { ParseResult } from '#hawser/shared/wire/parse-result.js';
import { parseSegment } from '#hawser/shared/wire/parse.js';
import { Integrity, Segment } from '#hawser/shared/wire/segment.js';
import { advance, FIRST_SEGMENT, segmentNumber } from '#hawser/shared/wire/serial.js';
import type { PlainSegment } from './plain-segment.js';
import { datagramOf, sent, type Sent } from './segment-arbitrary.js';

const segment = new Segment();
const example: Sent = {
  segment: { destinationConnectionId: 0x0badcafe, cumulativeAck: 5, segmentNumber: 7 },
  senderId: 0xa1b2c3d4,
  numberBytes: 1,
  payload: Buffer.from('42 43 44 45 '),
  context: {
    localConnectionId: 0x0badcafe,
    peerConnectionId: 0xa1b2c3d4 | 0,
    receiveNext: segmentNumber(7),
    sendUnacknowledged: FIRST_SEGMENT,
    integrity: Integrity.crc32,
  },
};

test('every single flipped bit is noticed', (t) => {
  const bytes = datagramOf(example);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    flip(bytes, bit);
    t.not(parse(bytes, example), ParseResult.ok, `bit ${bit}`);
    flip(bytes, bit);
  }
  t.is(parse(bytes, example), ParseResult.ok);
});

test('every pair of flipped bits is noticed', (t) => {
  const bytes = datagramOf(example);
  const missed: string[] = [];
  for (let first = 0; first < 8 * bytes.length; first++) {
    flip(bytes, first);
    for (let second = first + 1; second < 8 * bytes.length; second++) {
      flip(bytes, second);
      if (parse(bytes, example) === ParseResult.ok) missed.push(`${first} and ${second}`);
      flip(bytes, second);
    }
    flip(bytes, first);
  }
  t.deepEqual(missed, []);
});

testProp(
  'several flipped bits are noticed in any segment',
  [sent, fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 12 })],
  (t, original, places) => {
    const bytes = datagramOf(original);
    for (const bit of new Set(places.map((place) => place % (8 * bytes.length)))) flip(bytes, bit);
    t.not(parse(bytes, original), ParseResult.ok);
  },
);

test('what goes unnoticed is a multiple of the CRC-32 polynomial, as with any CRC-32', (t) => {
  const bytes = datagramOf(example);
  const payloadStart = bytes.length - example.payload.length;
  // 1 0000 0100 1100 0001 0001 1101 1011 0111, the coefficients of x^32 … x^0 in wire order.
  const polynomial = 0x104c11db7n;
  for (let power = 0; power <= 32; power++) {
    if ((polynomial >> BigInt(32 - power)) & 1n) flip(bytes, 8 * payloadStart + power + 3);
  }
  t.is(parse(bytes, example), ParseResult.ok);
  t.notDeepEqual(bytes, datagramOf(example));
});

const aliases = fc.integer({ min: -0x7f, max: 0x7f }).filter((times) => times !== 0);

testProp(
  'a segment number that expands to another one fails the check',
  [sent.filter(isAmbiguous), aliases],
  (t, original, times) => {
    const receiveNext = advance(
      original.context.receiveNext,
      times * 2 ** (8 * original.numberBytes),
    );
    refusesIn(t, original, { receiveNext });
  },
);

testProp(
  'an acknowledgment that expands to another number fails the check',
  [
    sent.filter(
      (each) =>
        each.numberBytes < 4 && each.segment.cumulativeAck !== undefined && !isRetry(each.segment),
    ),
    aliases,
  ],
  (t, original, times) => {
    const { context, numberBytes } = original;
    const sendUnacknowledged = advance(context.sendUnacknowledged, times * 2 ** (8 * numberBytes));
    refusesIn(t, original, { sendUnacknowledged });
  },
);

testProp(
  'a datagram of another incarnation of the peer fails the check',
  [
    sent.filter(({ segment: fields }) => !fields.opening && !fields.reset && !isRetry(fields)),
    fc.integer(),
  ],
  (t, original, peerConnectionId) => {
    fc.pre(peerConnectionId !== original.context.peerConnectionId);
    refusesIn(t, original, { peerConnectionId });
  },
);

/** It comes from nobody, and acknowledges nothing. */
function isRetry({ token }: PlainSegment): boolean {
  return token?.kind === 'retry';
}

function isAmbiguous({ numberBytes, segment: fields }: Sent): boolean {
  return numberBytes < 4 && fields.segmentNumber !== undefined;
}

function refusesIn(t: ExecutionContext, original: Sent, change: Partial<Sent['context']>): void {
  const bytes = datagramOf(original);
  t.is(parse(bytes, original), ParseResult.ok);
  const context = { ...original.context, ...change };
  t.is(parse(bytes, { ...original, context }), ParseResult.checksum);
}

function parse(bytes: Uint8Array, { context }: Sent): ParseResult {
  return parseSegment(bytes, 0, bytes.length, context, segment);
}

function flip(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] ^= 1 << (bit & 7);
}
