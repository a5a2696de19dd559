import test from 'ava';
import { fc } from '@fast-check/ava';
import { PARSE_RESULT_NAMES, ParseResult } from '#hawser/shared/wire/parse-result.js';
import { parseSegment, type ParseContext } from '#hawser/shared/wire/parse.js';
import { Integrity, Segment } from '#hawser/shared/wire/segment.js';
import { FIRST_SEGMENT } from '#hawser/shared/wire/serial.js';
import { plain } from './plain-segment.js';
import { datagramOf, sent, sentWith } from './segment-arbitrary.js';

const LOCAL_ID = 0x01020304;
const MARGIN = 16;
const segment = new Segment();

const integrity = fc.constantFrom(Integrity.none, Integrity.crc32);

/** Bytes that get past the first checks more often than pure noise does. */
const plausible = fc
  .tuple(
    fc.integer({ min: 0x40, max: 0x7f }),
    fc.constantFrom([0, 0, 0, 0], [1, 2, 3, 4]),
    fc.uint8Array({ maxLength: 90 }),
  )
  .map(([control, destination, rest]) => Uint8Array.of(control, ...destination, ...rest));

test('any bytes whatever give a result, the same wherever they lie', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), plausible), integrity, (bytes, agreed) => {
      const context = contextWith(agreed);
      const result = parseBetween(0x00, bytes, context);
      const first = plain(segment);
      expect(PARSE_RESULT_NAMES.at(result) !== undefined, 'a named result');
      expect(parseBetween(0xff, bytes, context) === result, 'bytes outside the datagram matter');
      if (result === ParseResult.ok) {
        expect(JSON.stringify(plain(segment)) === JSON.stringify(first), 'fields differ');
        expectWithinLimits(bytes.length);
      }
    }),
    { numRuns: 20_000 },
  );
  t.pass();
});

test('a damaged datagram never passes for a sound one', (t) => {
  const damage = fc.oneof(
    fc.tuple(fc.constant('cut' as const), fc.nat(), fc.nat()),
    fc.tuple(fc.constant('overwrite' as const), fc.nat(), fc.nat()),
    fc.tuple(fc.constant('insert' as const), fc.nat(), fc.nat()),
    fc.tuple(fc.constant('remove' as const), fc.nat(), fc.nat()),
  );
  fc.assert(
    fc.property(sent, fc.array(damage, { minLength: 1, maxLength: 4 }), (original, damages) => {
      const whole = datagramOf(original);
      const damaged = Uint8Array.from(damages.reduce(apply, Array.from(whole)));
      fc.pre(Buffer.compare(whole, damaged) !== 0);
      const result = parseSegment(damaged, 0, damaged.length, original.context, segment);
      expect(result !== ParseResult.ok, 'accepted');
    }),
    { numRuns: 5_000 },
  );
  t.pass();
});

test('without integrity a damaged datagram gives a result within the limits', (t) => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sentWith(Integrity.none), flips, (original, changes) => {
      const bytes = datagramOf(original);
      for (const [place, value] of changes) bytes[place % bytes.length] = value;
      const result = parseSegment(bytes, 0, bytes.length, original.context, segment);
      expect(PARSE_RESULT_NAMES.at(result) !== undefined, 'a named result');
      if (result === ParseResult.ok) expectWithinLimits(bytes.length);
    }),
    { numRuns: 5_000 },
  );
  t.pass();
});

function parseBetween(filler: number, bytes: Uint8Array, context: ParseContext): ParseResult {
  const surrounded = new Uint8Array(bytes.length + 2 * MARGIN).fill(filler);
  surrounded.set(bytes, MARGIN);
  const result = parseSegment(surrounded, MARGIN, MARGIN + bytes.length, context, segment);
  segment.payloadStart -= MARGIN;
  segment.payloadEnd -= MARGIN;
  return result;
}

function expectWithinLimits(length: number): void {
  expect(segment.payloadStart >= 5 && segment.payloadStart <= segment.payloadEnd, 'payload start');
  expect(segment.payloadEnd === length, 'payload end');
  expect(segment.sackCount <= 512 && segment.duplicateCount <= 16, 'counts');
  expect(segment.tokenKind <= 3 && segment.tokenBytes <= 64, 'token');
  if (segment.partOffset >= 0) {
    const bytes = segment.payloadEnd - segment.payloadStart;
    expect(bytes > 0 && segment.partOffset + bytes <= segment.partTotalBytes, 'part');
  }
  let previousEnd: number = segment.cumulativeAck;
  for (let i = 0; i < segment.sackCount; i++) {
    expect(((segment.sackStart[i] - previousEnd) | 0) >= 1, 'a gap before each range');
    expect(((segment.sackEnd[i] - segment.sackStart[i]) | 0) >= 1, 'no empty range');
    previousEnd = segment.sackEnd[i];
  }
}

function apply(
  bytes: number[],
  [kind, place, value]: ['cut' | 'overwrite' | 'insert' | 'remove', number, number],
): number[] {
  const at = bytes.length === 0 ? 0 : place % bytes.length;
  const byte = value & 0xff;
  switch (kind) {
    case 'cut':
      return bytes.slice(0, at);
    case 'overwrite':
      return bytes.toSpliced(at, 1, byte);
    case 'insert':
      return bytes.toSpliced(at, 0, byte);
    case 'remove':
      return bytes.toSpliced(at, 1);
  }
}

function contextWith(agreed: Integrity): ParseContext {
  return {
    localConnectionId: LOCAL_ID,
    peerConnectionId: 0x55667788,
    receiveNext: FIRST_SEGMENT,
    sendUnacknowledged: FIRST_SEGMENT,
    integrity: agreed,
  };
}

function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
