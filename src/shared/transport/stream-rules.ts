/**
 * The rules for segments with data: does one fit into what the peer was told, and to what it has sent
 * before? Listener's thread, which is the only writer of all that is looked at without a lock.
 */
import type { ConnectionMemory } from '../memory/connection-memory.js';
import { ReceiveWord, SendWord } from '../memory/layout.js';
import { HEADER_RESERVE_BYTES, type Segment } from '../wire/segment.js';
import { advance, distance, segmentNumber, type SegmentNumber } from '../wire/serial.js';
import type { ReceiveWindow } from './receive-window.js';
import { EARLY_SEGMENTS, type TransportSettings } from './settings.js';
import type { Violation } from './violations.js';

/** What any peer may send before it has heard of our limit (docs/wire-format.md, A.8). */
const UNKNOWN_PEER_DATAGRAM = 1472;

export class StreamRules {
  /** First segment the peer was never told of room for, as far as this thread knows. */
  #edge: SegmentNumber;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: ReceiveWindow,
    private readonly settings: TransportSettings,
  ) {
    this.#edge = segmentNumber(settings.initialSegment);
  }

  /** The rule for datagrams of any kind. */
  judgeDatagram(bytes: number): Violation | undefined {
    const most = Math.max(UNKNOWN_PEER_DATAGRAM, this.settings.maximumDatagramBytes);
    if (bytes <= most) return undefined;
    return { rule: 'size', found: `a datagram of ${bytes} bytes, where ${most} are the most` };
  }

  /**
   * `payloadBytes` of the whole segment, of which this may be a part. `highest` is one past the highest
   * segment so far, `stagedFin` the end of the stream if it has come with this batch.
   */
  judge(
    segment: Segment,
    payloadBytes: number,
    highest: SegmentNumber,
    stagedFin: SegmentNumber | undefined,
  ): Violation | undefined {
    return (
      this.#judgeSize(payloadBytes) ??
      this.#judgePlace(segment) ??
      this.#judgeEnd(segment, highest, stagedFin ?? this.#knownFin()) ??
      this.#judgeSameness(segment, payloadBytes, highest)
    );
  }

  /** Segments that may follow `number`, which was judged, at one go. */
  roomBehind(number: SegmentNumber): number {
    return Math.max(0, distance(this.#edge, number) - 1);
  }

  #judgeSize(payloadBytes: number): Violation | undefined {
    const { maximumDatagramBytes } = this.settings;
    const agreed = Math.min(maximumDatagramBytes, this.memory.send[SendWord.peerMaximumDatagram]);
    const most = Math.max(UNKNOWN_PEER_DATAGRAM, agreed) - HEADER_RESERVE_BYTES;
    if (payloadBytes <= most) return undefined;
    return {
      rule: 'size',
      found: `a segment of ${payloadBytes} bytes, where ${most} are the most`,
    };
  }

  #judgePlace({ segmentNumber: number, opening }: Segment): Violation | undefined {
    const early = advance(this.window.receiveNext(), EARLY_SEGMENTS);
    if (opening && distance(number, early) >= 0) return beyond('early', number, early);
    if (distance(number, this.#edge) < 0 || this.#isWithinEdge(number)) return undefined;
    return beyond('window', number, this.#edge);
  }

  /** Others write the edge, so a look at it takes the lock; but it never moves back. */
  #isWithinEdge(number: SegmentNumber): boolean {
    const { receive } = this.memory;
    const told = this.memory.receiveMutex.hold(() => receive[ReceiveWord.windowEdgeAdvertised]);
    this.#edge = segmentNumber(told);
    if (distance(number, this.#edge) < 0) return true;
    // Sent before anything was told: that there is no room is not the peer's fault.
    const early = advance(segmentNumber(this.settings.initialSegment), EARLY_SEGMENTS);
    return distance(number, early) < 0;
  }

  #knownFin(): SegmentNumber | undefined {
    const { receive } = this.memory;
    if (receive[ReceiveWord.finKnown] === 0) return undefined;
    return segmentNumber(receive[ReceiveWord.finNumber]);
  }

  #judgeEnd(
    { segmentNumber: number, fin }: Segment,
    highest: SegmentNumber,
    known: SegmentNumber | undefined,
  ): Violation | undefined {
    if (known !== undefined) {
      if (number === known && fin) return undefined;
      if (number === known)
        return {
          rule: 'changed',
          found: `segment ${show(number)} without the end of its stream, which it had before`,
        };
      if (distance(number, known) > 0) return beyond('afterFin', number, advance(known, 1));
      return fin
        ? {
            rule: 'fin',
            found: `the end of its stream at ${show(number)} after one at ${show(known)}`,
          }
        : undefined;
    }
    if (!fin || distance(highest, number) <= 0) return undefined;
    if (highest === advance(number, 1))
      return {
        rule: 'changed',
        found: `segment ${show(number)} with the end of its stream, which it had not before`,
      };
    return {
      rule: 'fin',
      found: `the end of its stream at ${show(number)} after segment ${show(advance(highest, -1))}`,
    };
  }

  /** Of what is in order already the application may have taken the slot. */
  #judgeSameness(
    { segmentNumber: number }: Segment,
    payloadBytes: number,
    highest: SegmentNumber,
  ): Violation | undefined {
    const inOrder = distance(number, this.window.receiveNext()) < 0;
    if (inOrder || distance(number, highest) >= 0) return undefined;
    const before = this.window.lengthOf(number);
    if (before === undefined || before === payloadBytes) return undefined;
    return {
      rule: 'changed',
      found: `segment ${show(number)} with ${payloadBytes} bytes after it had ${before}`,
    };
  }
}

function beyond(rule: Violation['rule'], number: SegmentNumber, end: SegmentNumber): Violation {
  return {
    rule,
    found: `segment ${show(number)}, where ${show(end)} is the first it must not send`,
  };
}

function show(number: SegmentNumber): number {
  return number >>> 0;
}
