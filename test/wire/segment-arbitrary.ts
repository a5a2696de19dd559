/** Random valid segments, together with what their sender and their receiver know. */
import { fc } from '@fast-check/ava';
import { crc32 } from '#hawser/shared/wire/checksum.js';
import { emitHeader } from '#hawser/shared/wire/emit.js';
import type { ParseContext } from '#hawser/shared/wire/parse.js';
import {
  Integrity,
  MAX_TOKEN_BYTES,
  MAX_WINDOW_SEGMENTS,
  MIN_MAXIMUM_DATAGRAM,
  Segment,
} from '#hawser/shared/wire/segment.js';
import { segmentNumber, type NumberBytes } from '#hawser/shared/wire/serial.js';
import { fill, type PlainOpening, type PlainSegment } from './plain-segment.js';

export interface Sent {
  segment: PlainSegment;
  senderId: number;
  numberBytes: NumberBytes;
  payload: Uint8Array;
  /** What the receiver knows. */
  context: ParseContext;
}

const uint32 = fc.nat({ max: 0xffffffff });
const connectionId = fc.integer({ min: 1, max: 0xffffffff });
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const gapOrLength = fc.oneof(
  fc.integer({ min: 1, max: 70 }),
  fc.integer({ min: 1, max: 20_000 }),
  fc.integer({ min: 1, max: 2 ** 23 }),
);
const sackSteps = fc.oneof(
  fc.array(fc.tuple(gapOrLength, gapOrLength), { minLength: 1, maxLength: 20 }),
  fc.array(fc.tuple(fc.constant(1), fc.constant(1)), { minLength: 500, maxLength: 512 }),
);
const duplicateDistances = fc.array(fc.integer({ min: -(2 ** 29), max: 2 ** 29 - 1 }), {
  minLength: 1,
  maxLength: 16,
});

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const drawn = {
  kind: fc.constantFrom('opening', 'data', 'bare', 'reset', 'retry'),
  senderId: connectionId,
  receiverId: connectionId,
  knowsReceiver: fc.boolean(),
  number: uint32,
  ack: uint32,
  // Where each number lies in the range that its truncated form can tell apart.
  numberPlace: place,
  ackPlace: place,
  payload: fc.uint8Array({ maxLength: 200 }),
  fin: fc.boolean(),
  acknowledgeNow: fc.boolean(),
  opening: fc.record({
    sentAtMillis: uint32,
    maximumDatagramBytes: fc.integer({ min: MIN_MAXIMUM_DATAGRAM, max: 0xffff }),
    windowSegments: fc.integer({ min: 1, max: MAX_WINDOW_SEGMENTS }),
    integrity: fc.constantFrom<PlainOpening['integrity']>('none', 'crc32'),
  }),
  windowSegments: some(fc.nat({ max: MAX_WINDOW_SEGMENTS })),
  sackSteps: some(sackSteps),
  duplicateDistances: some(duplicateDistances),
  token: some(fc.uint8Array({ maxLength: MAX_TOKEN_BYTES })),
  tokenKind: fc.constantFrom('challenge' as const, 'response' as const),
  // What of the segment's payload lies before and after this part.
  part: some(fc.tuple(fc.nat({ max: 32_000 }), fc.nat({ max: 32_000 }))),
  reset: fc.record({ reason: fc.nat({ max: 0xff }), rejectedConnectionId: connectionId }),
};

/** A segment sent when `integrity` was agreed on. */
export function sentWith(integrity: Integrity): fc.Arbitrary<Sent> {
  const lengths: NumberBytes[] = integrity === Integrity.none ? [4] : [1, 2, 3, 4];
  return fc
    .record({ ...drawn, numberBytes: fc.constantFrom(...lengths) })
    .map((draw) => sentFrom(draw, integrity));
}

/** A segment sent with integrity CRC-32 agreed, or not yet agreed. */
export const sent: fc.Arbitrary<Sent> = sentWith(Integrity.crc32);

type Drawn = { [Field in keyof typeof drawn]: ValueOf<(typeof drawn)[Field]> } & {
  numberBytes: NumberBytes;
};
type ValueOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

function sentFrom(draw: Drawn, integrity: Integrity): Sent {
  const { kind, senderId, numberBytes } = draw;
  if (kind === 'retry') return retryFrom(draw);
  const carriesData = kind === 'data' || (kind === 'opening' && draw.payload.length > 0);
  const addressed = draw.knowsReceiver || kind === 'data' || kind === 'bare';
  const token = tokenFrom(draw, carriesData);
  const padded = token?.kind === 'challenge';
  return {
    segment: {
      ...(addressed ? reportFrom(draw) : {}),
      ...(carriesData ? dataFrom(draw) : {}),
      ...(draw.acknowledgeNow ? { acknowledgeNow: true } : {}),
      ...(kind === 'opening' ? { opening: { sourceConnectionId: senderId, ...draw.opening } } : {}),
      ...(kind === 'reset' ? { reset: draw.reset } : {}),
      ...(kind === 'data' ? partFrom(draw) : {}),
      ...(token ? { token } : {}),
    },
    senderId,
    numberBytes,
    payload: carriesData || padded ? draw.payload : new Uint8Array(0),
    context: contextOf(draw, kind === 'opening' ? 0 : senderId, integrity),
  };
}

/** From one who has no connection, and so no ID. */
function retryFrom(draw: Drawn): Sent {
  const bytes = Buffer.from(draw.token ?? []).toString('hex');
  return {
    segment: {
      destinationConnectionId: draw.receiverId,
      cumulativeAck: draw.ack,
      token: { kind: 'retry', bytes },
    },
    senderId: 0,
    numberBytes: draw.numberBytes,
    payload: new Uint8Array(0),
    context: contextOf(draw, 0, Integrity.crc32),
  };
}

function contextOf(draw: Drawn, peerId: number, integrity: Integrity): ParseContext {
  return {
    localConnectionId: draw.receiverId | 0,
    peerConnectionId: peerId | 0,
    receiveNext: reference(draw.number, draw.numberBytes, draw.numberPlace),
    sendUnacknowledged: reference(draw.ack, draw.numberBytes, draw.ackPlace),
    integrity,
  };
}

/** Data has no room for a token, and a reset no use. */
function tokenFrom(draw: Drawn, carriesData: boolean): PlainSegment['token'] {
  if (draw.token === undefined || carriesData || draw.kind === 'reset') return undefined;
  const bytes = Buffer.from(draw.token).toString('hex');
  const proves = draw.kind === 'opening' && !draw.knowsReceiver;
  return { kind: proves ? 'proof' : draw.tokenKind, bytes };
}

function partFrom({ part, payload }: Drawn): PlainSegment {
  if (part === undefined || payload.length === 0) return {};
  const [offset, after] = part;
  return { part: { offset, totalBytes: offset + payload.length + after } };
}

/** What a sender that knows its receiver says about what it has received. */
function reportFrom(draw: Drawn): PlainSegment {
  const { ack } = draw;
  const report: PlainSegment = {
    destinationConnectionId: draw.receiverId,
    cumulativeAck: ack,
  };
  if (draw.windowSegments !== undefined) report.windowSegments = draw.windowSegments;
  if (draw.sackSteps) report.sack = ranges(ack, draw.sackSteps);
  if (draw.duplicateDistances) {
    report.duplicates = draw.duplicateDistances.map((by) => (ack - by) >>> 0);
  }
  return report;
}

/** A number stands for payload or FIN; without the one it is for the other. */
function dataFrom({ number, fin, payload }: Drawn): PlainSegment {
  const ends = fin || payload.length === 0;
  return { segmentNumber: number, ...(ends ? { fin: true } : {}) };
}

/** The datagram at `offset` of `target`; returns its end. */
export function encode(from: Sent, target: Uint8Array, offset: number): number {
  const { payload, senderId, numberBytes, context } = from;
  const header = emitHeader(
    target,
    offset,
    fill(new Segment(), from.segment),
    { localConnectionId: senderId | 0, integrity: context.integrity },
    numberBytes,
    crc32(payload, 0, payload.length, 0),
  );
  target.set(payload, offset + header);
  return offset + header + payload.length;
}

/** The datagram alone. */
export function datagramOf(from: Sent): Uint8Array {
  const target = new Uint8Array(8192);
  return target.slice(0, encode(from, target, 0));
}

function reference(number: number, bytes: NumberBytes, place: number) {
  const range = 2 ** (8 * bytes);
  return segmentNumber(number - (Math.floor(place * range) - range / 2));
}

function ranges(ack: number, steps: [gap: number, length: number][]): [number, number][] {
  let end = ack;
  return steps.map(([gap, length]) => {
    const start = end + gap;
    end = start + length;
    return [start >>> 0, end >>> 0];
  });
}
