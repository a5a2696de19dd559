/**
 * What an arriving acknowledgment does to the send side (RFC 9293 §3.10.7.4 fifth, RFC 2018,
 * RFC 2883). Listener's thread; takes the send lock, but only if the segment says something new.
 */
import { SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import type { Segment } from '../wire/segment.js';
import { advance, distance, segmentNumber, type SegmentNumber } from '../wire/serial.js';
import type { Life } from './life.js';
import type { LossDetection } from './loss-detection.js';
import type { PathMtu } from './path-mtu/path-mtu.js';
import type { SendBuffer } from './send-buffer.js';
import type { SendWindow } from './send-window.js';
import type { Violation, Violations } from './violations.js';

export class AcknowledgmentInput {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly buffer: SendBuffer,
    private readonly losses: LossDetection,
    private readonly pathMtu: PathMtu,
    private readonly violations: Violations,
    private readonly life: Life,
  ) {}

  received(segment: Segment, nowMicros: number): void {
    if (!this.#saysSomethingNew(segment)) return;
    this.memory.sendMutex.hold((held) => {
      this.#apply(held, segment, nowMicros);
    });
  }

  /** Without the lock: the listener alone writes the words compared here. */
  #saysSomethingNew(segment: Segment): boolean {
    const { send } = this.memory;
    const ahead = distance(segment.cumulativeAck, segmentNumber(send[SendWord.sendUnacknowledged]));
    if (ahead < 0) return false;
    if (ahead > 0 || segment.sackCount > 0 || segment.duplicateCount > 0) return true;
    return distance(this.#edge(segment), segmentNumber(send[SendWord.sendLimit])) > 0;
  }

  #apply(held: SendLock, segment: Segment, nowMicros: number): void {
    const { send } = this.memory;
    const violation = this.#judge(held, segment);
    if (violation !== undefined) {
      this.violations.holding(held, segment, violation, nowMicros);
      return;
    }
    this.losses.beginAcknowledgment(held, nowMicros);
    const freed = this.window.acknowledgeBefore(held, segment.cumulativeAck, this.losses);
    const progress = freed + this.#applyRanges(held, segment);
    this.#applyDuplicates(held, segment);
    const edge = this.#edge(segment);
    if (distance(edge, segmentNumber(send[SendWord.sendLimit])) > 0) {
      send[SendWord.sendLimit] = edge;
    }
    if (progress > 0) this.pathMtu.noteDelivered(held, this.window.takeLargest(), nowMicros);
    this.losses.endAcknowledgment(held, progress > 0);
    // A wake-up costs as much as some twenty segments; the writer finds room for many more.
    if (progress > 0 && this.buffer.hasAmpleRoom(held)) this.memory.sendChanged.broadcast(held);
    if (this.#finIsAcknowledged(held)) this.life.on(held, 'finAcknowledged', nowMicros);
  }

  /** RFC 9293 §3.10.7.4, RFC 9000 §13.1. */
  #judge(held: SendLock, segment: Segment): Violation | undefined {
    const { cumulativeAck: ack } = segment;
    const next = this.window.next(held);
    const unsent = `where ${next >>> 0} is the next to be sent`;
    if (distance(ack, next) > 0) {
      const found = `an acknowledgment of all before ${ack >>> 0}, ${unsent}`;
      return { rule: 'acknowledgment', found };
    }
    const reported = lastReported(segment);
    if (reported !== undefined && distance(reported, next) >= 0) {
      return { rule: 'report', found: `a report of segment ${reported >>> 0}, ${unsent}` };
    }
    const limit = segmentNumber(this.memory.send[SendWord.sendLimit]);
    const edge = this.#edge(segment);
    // What acknowledges more than all before was sent after them.
    const isNewest = distance(ack, this.window.unacknowledged(held)) > 0;
    if (!isNewest || distance(edge, limit) >= 0) return undefined;
    const found = `a window that ends before ${edge >>> 0}, after one that ended before ${limit >>> 0}`;
    return { rule: 'windowEdge', found };
  }

  #applyRanges(held: SendLock, segment: Segment): number {
    let progress = 0;
    for (let i = 0; i < segment.sackCount; i++) {
      const from = segmentNumber(segment.sackStart[i]);
      const to = segmentNumber(segment.sackEnd[i]);
      progress += this.window.acknowledgeRange(held, from, to, this.losses);
    }
    return progress;
  }

  #applyDuplicates(held: SendLock, segment: Segment): void {
    for (let i = 0; i < segment.duplicateCount; i++) {
      this.losses.noteDuplicate(held, segmentNumber(segment.duplicates[i]));
    }
  }

  #finIsAcknowledged(held: SendLock): boolean {
    const { send } = this.memory;
    const fin = segmentNumber(send[SendWord.finNumber]);
    return send[SendWord.finQueued] === 1 && distance(this.window.unacknowledged(held), fin) > 0;
  }

  #edge(segment: Segment): SegmentNumber {
    const full = this.memory.send[SendWord.peerWindow];
    const free = segment.windowSegments < 0 ? full : segment.windowSegments;
    return advance(segment.cumulativeAck, free);
  }
}

/** The highest segment that is reported as received, if any is. */
function lastReported(segment: Segment): SegmentNumber | undefined {
  const { sackCount, sackEnd, duplicateCount, duplicates } = segment;
  let last: SegmentNumber | undefined;
  // Ranges ascend.
  if (sackCount > 0) last = segmentNumber(sackEnd[sackCount - 1] - 1);
  for (let i = 0; i < duplicateCount; i++) {
    const number = segmentNumber(duplicates[i]);
    if (last === undefined || distance(number, last) > 0) last = number;
  }
  return last;
}
