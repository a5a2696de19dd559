/** An outlet that writes down what is sent, parsed as the peer would. */
import type { Outlet } from '#hawser/shared/transport/outlet.js';
import { ParseResult } from '#hawser/shared/wire/parse-result.js';
import { destinationConnectionIdOf, parseSegment } from '#hawser/shared/wire/parse.js';
import { type Integrity, Segment } from '#hawser/shared/wire/segment.js';
import { type SegmentNumber, segmentNumber } from '#hawser/shared/wire/serial.js';

import { plain, type PlainSegment } from '../../wire/plain-segment.js';
import { OUR_ID } from './one-side.js';

export interface Sent extends PlainSegment {
  /** Of the payload, or of the padding. */
  readonly payloadBytes: number;
  /** Of the whole datagram. */
  readonly bytes: number;
}

export class Recorder implements Outlet {
  #sent: Sent[] = [];
  readonly #segment = new Segment();
  /** Numbers move on slowly enough for what was seen last to be the reference. */
  #receiveNext: SegmentNumber = segmentNumber(0);
  #acknowledged: SegmentNumber = segmentNumber(0);

  #limitBytes = Infinity;
  #refusedBytes = Infinity;

  constructor(
    private readonly memory: Uint8Array,
    private readonly integrity: () => Integrity,
  ) {}

  /** From now on the first link takes no larger datagrams. */
  refuseAbove(bytes: number): void {
    this.#limitBytes = bytes;
  }

  takeRefusedBytes(): number {
    const bytes = this.#refusedBytes;
    this.#refusedBytes = Infinity;
    return bytes;
  }

  allowance(): number {
    return Infinity;
  }

  push(header: number, headerLength: number, payload: number, payloadLength: number): void {
    const length = headerLength + payloadLength;
    if (length > this.#limitBytes) {
      this.#refusedBytes = Math.min(this.#refusedBytes, length);
      return;
    }
    const bytes = new Uint8Array(length);
    bytes.set(this.memory.subarray(header, header + headerLength));
    bytes.set(this.memory.subarray(payload, payload + payloadLength), headerLength);
    const segment = this.#segment;
    const context = {
      localConnectionId: destinationConnectionIdOf(bytes, 0, bytes.length),
      peerConnectionId: OUR_ID,
      integrity: this.integrity(),
      receiveNext: this.#receiveNext,
      sendUnacknowledged: this.#acknowledged,
    };
    const result = parseSegment(bytes, 0, bytes.length, context, segment);
    if (result !== ParseResult.ok) throw new Error(`sent what the peer refuses: ${result}`);
    if (segment.numbered) this.#receiveNext = segment.segmentNumber;
    if (segment.destinationConnectionId !== 0) this.#acknowledged = segment.cumulativeAck;
    this.#sent.push({ ...plain(segment), payloadBytes: payloadLength, bytes: length });
  }

  flush(): void {
    // Each datagram was taken as it came.
  }

  take(): Sent[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }
}
