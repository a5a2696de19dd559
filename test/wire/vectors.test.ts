/**
 * The format's test vectors, written by a second implementation in another language
 * (test/vectors/generate.py): what it writes, this parses, and what this emits, it wrote.
 */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { crc32 } from '#hawser/shared/wire/checksum.js';
import { emitHeader } from '#hawser/shared/wire/emit.js';
import { PARSE_RESULT_NAMES, type ParseResult } from '#hawser/shared/wire/parse-result.js';
import { parseSegment, type ParseContext } from '#hawser/shared/wire/parse.js';
import { Integrity, Segment } from '#hawser/shared/wire/segment.js';
import { segmentNumber, type NumberBytes } from '#hawser/shared/wire/serial.js';
import { fill, plain, type PlainSegment } from './plain-segment.js';

interface VectorContext extends Record<keyof Omit<ParseContext, 'integrity'>, number> {
  integrity: keyof typeof Integrity;
}

interface Vector {
  name: string;
  datagram: string;
  context: VectorContext;
}

interface AcceptedVector extends Vector {
  numberBytes: NumberBytes;
  /** Whether all its integers have their shortest form, the only one that we emit. */
  shortest: boolean;
  segment: PlainSegment;
  payload: string;
}

interface RefusedVector extends Vector {
  reason: keyof typeof ParseResult;
}

const accepted = read('accepted.json') as AcceptedVector[];
const refused = read('refused.json') as RefusedVector[];
const segment = new Segment();

for (const vector of accepted) {
  test(`parses: ${vector.name}`, (t) => {
    const bytes = Buffer.from(vector.datagram, 'hex');
    t.is(parse(bytes, vector), 'ok');
    t.deepEqual(plain(segment), vector.segment);
    const payload = bytes.subarray(segment.payloadStart, segment.payloadEnd);
    t.is(payload.toString('hex'), vector.payload);
  });
}

for (const vector of accepted.filter(({ shortest }) => shortest)) {
  test(`emits: ${vector.name}`, (t) => {
    const payload = Buffer.from(vector.payload, 'hex');
    const target = Buffer.alloc(4096);
    const { opening } = vector.segment;
    const length = emitHeader(
      target,
      0,
      fill(segment, vector.segment),
      {
        localConnectionId: opening?.sourceConnectionId ?? vector.context.peerConnectionId,
        integrity: Integrity[vector.context.integrity],
      },
      vector.numberBytes,
      crc32(payload, 0, payload.length, 0),
    );
    t.is(Buffer.concat([target.subarray(0, length), payload]).toString('hex'), vector.datagram);
  });
}

for (const vector of refused) {
  test(`refuses as ${vector.reason}: ${vector.name}`, (t) => {
    t.is(parse(Buffer.from(vector.datagram, 'hex'), vector), vector.reason);
  });
}

test('every reason to refuse a datagram has a vector', (t) => {
  const covered = new Set<string>(['ok', ...refused.map(({ reason }) => reason)]);
  t.deepEqual(
    PARSE_RESULT_NAMES.filter((name) => !covered.has(name)),
    [],
  );
});

function parse(bytes: Uint8Array, { context }: Vector): string {
  const result = parseSegment(
    bytes,
    0,
    bytes.length,
    {
      localConnectionId: context.localConnectionId | 0,
      peerConnectionId: context.peerConnectionId | 0,
      receiveNext: segmentNumber(context.receiveNext),
      sendUnacknowledged: segmentNumber(context.sendUnacknowledged),
      integrity: Integrity[context.integrity],
    },
    segment,
  );
  return PARSE_RESULT_NAMES[result];
}

function read(name: string): unknown {
  const path = new URL(`../../../test/vectors/${name}`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'));
}
