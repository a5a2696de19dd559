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
import type { SendWindow } from './send-window.js';

export class AcknowledgmentInput {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly losses: LossDetection,
    private readonly pathMtu: PathMtu,
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
    // An acknowledgment of what was never sent is none of ours (RFC 9293 §3.10.7.4).
    if (distance(segment.cumulativeAck, this.window.next(held)) > 0) return;
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
    if (freed > 0 && this.window.hasAmpleRoom(held)) this.memory.sendChanged.broadcast(held);
    if (this.#finIsAcknowledged(held)) this.life.on(held, 'finAcknowledged', nowMicros);
  }

  #applyRanges(held: SendLock, segment: Segment): number {
    const next = this.window.next(held);
    let progress = 0;
    for (let i = 0; i < segment.sackCount; i++) {
      const from = segmentNumber(segment.sackStart[i]);
      const to = segmentNumber(segment.sackEnd[i]);
      if (distance(to, next) > 0) break;
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
