/**
 * The other end of the connection, inside the listener's thread: takes what the connection sends as a
 * real peer would, checksum included, and makes the acknowledgments that it would send.
 */
import { check, checkEqual } from '../assert.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import type { Outlet } from '../../shared/transport/outlet.js';
import { crc32 } from '../../shared/wire/checksum.js';
import { emitHeader } from '../../shared/wire/emit.js';
import { PARSE_RESULT_NAMES, ParseResult } from '../../shared/wire/parse-result.js';
import { parseSegment, type ParseContext } from '../../shared/wire/parse.js';
import { Integrity, Segment } from '../../shared/wire/segment.js';
import { segmentNumber } from '../../shared/wire/serial.js';
import { LOCAL_ID, PEER_ID, TINY } from './endpoint.js';

type Range = readonly [headerOffset: number, headerLength: number, payload: number, bytes: number];

const CONTEXT: ParseContext = {
  localConnectionId: PEER_ID,
  peerConnectionId: LOCAL_ID,
  integrity: Integrity.crc32,
  receiveNext: segmentNumber(0),
  sendUnacknowledged: segmentNumber(0),
};

const HEADER_BYTES = 64;
/** A port that takes no more at once, so that a mistake cannot send for ever. */
const MOST_DATAGRAMS = 16;

export class Peer implements Outlet {
  /** Payloads by segment number. */
  readonly payloads = new Map<number, string>();
  datagrams = 0;
  /** What the last datagram acknowledged, and the room that it offered. */
  acknowledged = 0;
  offeredSegments = 0;
  finNumber: number | undefined;
  resets = 0;
  readonly #pushed: Range[] = [];

  constructor(private readonly memory: ConnectionMemory) {}

  allowance(): number {
    return MOST_DATAGRAMS;
  }

  push(...range: Range): void {
    this.#pushed.push(range);
  }

  /** The bytes may be written again after this, so here, and not before, they go on the wire. */
  flush(): void {
    for (const range of this.#pushed.splice(0)) this.#receive(this.#onTheWire(range));
  }

  /** The first segment that has not arrived. */
  get next(): number {
    let next = 0;
    while (this.payloads.has(next)) next += 1;
    return next;
  }

  /** A datagram that acknowledges everything so far; 4 more segments may follow. */
  acknowledgment(): Uint8Array {
    const segment = new Segment();
    segment.cumulativeAck = segmentNumber(this.next);
    return datagram(segment);
  }

  #onTheWire([header, headerLength, payload, bytes]: Range): Uint8Array {
    const wire = new Uint8Array(headerLength + bytes);
    wire.set(this.memory.bytes.slice(header, header + headerLength), 0);
    wire.set(this.memory.bytes.slice(payload, payload + bytes), headerLength);
    return wire;
  }

  #receive(wire: Uint8Array): void {
    const segment = new Segment();
    const result = parseSegment(wire, 0, wire.length, CONTEXT, segment);
    check(result === ParseResult.ok, `the peer refuses a datagram: ${PARSE_RESULT_NAMES[result]}`);
    this.datagrams += 1;
    if (segment.reset) {
      this.resets += 1;
      return;
    }
    this.acknowledged = segment.cumulativeAck;
    this.offeredSegments = segment.windowSegments < 0 ? TINY.receiveSlots : segment.windowSegments;
    if (segment.numbered) this.#keep(segment, wire);
  }

  #keep(segment: Segment, wire: Uint8Array): void {
    const number = segment.segmentNumber;
    const payload = wire.subarray(segment.payloadStart, segment.payloadEnd).join(' ');
    if (wire.length - segment.payloadStart === TINY.slotBytes) {
      checkEqual(payload, payloadOf(number).join(' '), `payload of segment ${number}`);
    }
    this.payloads.set(number, payload);
    if (segment.fin) this.finNumber = number;
  }
}

/** A datagram of the peer. */
export function datagram(segment: Segment, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  segment.destinationConnectionId = LOCAL_ID;
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const context = { localConnectionId: PEER_ID, integrity: Integrity.crc32 };
  const crc = crc32(payload, 0, payload.length, 0);
  const length = emitHeader(bytes, 0, segment, context, 1, crc);
  bytes.set(payload, length);
  return bytes.subarray(0, length + payload.length);
}

/** The bytes of segment n, so that no two segments are alike. */
export function payloadOf(number: number, length = TINY.slotBytes): Uint8Array {
  return new Uint8Array(length).fill(10 + number);
}
