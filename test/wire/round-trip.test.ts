import { fc, testProp } from '@fast-check/ava';
import {
  emitHeader,
  headerLengthWithoutSack,
  trimSack,
  type EmitContext,
} from '#hawser/shared/wire/emit.js';
import { ParseResult } from '#hawser/shared/wire/parse-result.js';
import { destinationConnectionIdOf, parseSegment } from '#hawser/shared/wire/parse.js';
import { Integrity, Segment } from '#hawser/shared/wire/segment.js';
import { fill, plain } from './plain-segment.js';
import { datagramOf, encode, sent, sentWith, type Sent } from './segment-arbitrary.js';

const shared = new Uint8Array(new SharedArrayBuffer(16_384));

testProp(
  'what is emitted into shared memory, at any offset, parses to the same segment',
  [fc.oneof(sent, sentWith(Integrity.none)), fc.nat({ max: 99 })],
  (t, original, offset) => {
    const segment = new Segment();
    const end = encode(original, shared, offset);
    t.is(parseSegment(shared, offset, end, original.context, segment), ParseResult.ok);
    t.deepEqual(plain(segment), original.segment);
    const payload = shared.slice(segment.payloadStart, segment.payloadEnd);
    t.deepEqual(payload, original.payload);
  },
);

testProp('a used segment keeps nothing of the one before', [sent, sent], (t, before, original) => {
  const segment = new Segment();
  for (const each of [before, original]) {
    const bytes = datagramOf(each);
    t.is(parseSegment(bytes, 0, bytes.length, each.context, segment), ParseResult.ok);
  }
  t.deepEqual(plain(segment), original.segment);
});

testProp(
  'a datagram is routed by its destination',
  [sent, fc.nat({ max: 9 })],
  (t, original, offset) => {
    const end = encode(original, shared, offset);
    const destination = destinationConnectionIdOf(shared, offset, end);
    t.is(destination, (original.segment.destinationConnectionId ?? 0) | 0);
  },
);

testProp('the length of a header is known before it is written', [sent], (t, original) => {
  delete original.segment.sack;
  const segment = fill(new Segment(), original.segment);
  const length = headerLengthWithoutSack(segment, senderOf(original), original.numberBytes);
  t.is(length, emit(segment, original));
});

testProp(
  'a header is kept to a size by leaving out the highest SACK ranges, and no more than needed',
  [sentWith(Integrity.crc32).filter(({ segment }) => segment.sack !== undefined), fc.nat()],
  (t, original, size) => {
    const whole = fill(new Segment(), original.segment);
    const wholeLength = emit(whole, original);
    const minimum = headerLengthWithoutSack(whole, senderOf(original), original.numberBytes);
    const maximum = minimum + (size % (wholeLength - minimum + 1));

    const trimmed = fill(new Segment(), original.segment);
    trimSack(trimmed, senderOf(original), original.numberBytes, maximum);
    t.true(emit(trimmed, original) <= maximum);
    const kept = plain(trimmed).sack ?? [];
    t.deepEqual(kept, original.segment.sack?.slice(0, kept.length));
    if (trimmed.sackCount < whole.sackCount) {
      trimmed.sackCount += 1;
      t.true(emit(trimmed, original) > maximum);
    }
  },
);

function emit(segment: Segment, { numberBytes, ...original }: Sent): number {
  return emitHeader(new Uint8Array(8192), 0, segment, senderOf(original), numberBytes, 0);
}

function senderOf({ senderId, context }: Pick<Sent, 'senderId' | 'context'>): EmitContext {
  return { localConnectionId: senderId | 0, integrity: context.integrity };
}
