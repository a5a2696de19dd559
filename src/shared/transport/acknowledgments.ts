/**
 * When to acknowledge, and what to say: delayed and immediate acknowledgments (RFC 5681 §4.2,
 * RFC 9293 §3.8.6.3), selective ranges (RFC 2018), duplicates (RFC 2883), and the receive window
 * (RFC 9293 §3.8.6.2). Everything needs the receive lock.
 */
import {
  DUPLICATES_REMEMBERED,
  ReceiveCounter,
  ReceiveTime,
  ReceiveWord,
} from '../memory/layout.js';
import type { ConnectionMemory, ReceiveLock } from '../memory/connection-memory.js';
import { MAX_SACK_RANGES, type Segment } from '../wire/segment.js';
import { advance, distance, segmentNumber } from '../wire/serial.js';
import type { ReceiveWindow } from './receive-window.js';
import type { TransportSettings } from './settings.js';
import type { WindowTuning } from './window-tuning.js';

export const AckDue = { no: 0, delayed: 1, now: 2 } as const;
export type AckDue = (typeof AckDue)[keyof typeof AckDue];

export class Acknowledgments {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: ReceiveWindow,
    private readonly tuning: WindowTuning,
    private readonly settings: TransportSettings,
  ) {}

  /** Before the threads start, or with the receive lock: nothing has arrived, nothing is due. */
  initialize(): void {
    const { receive, receiveTimes } = this.memory;
    this.tuning.initialize();
    receiveTimes[ReceiveTime.acknowledgmentDeadline] = Infinity;
    receive[ReceiveWord.acknowledgmentsPending] = 0;
    receive[ReceiveWord.acknowledgeNow] = 0;
    receive[ReceiveWord.delayExpired] = 0;
    receive[ReceiveWord.duplicateCount] = 0;
    receive[ReceiveWord.reportCursor] = this.settings.initialSegment;
    receive[ReceiveWord.windowEdgeAdvertised] =
      this.settings.initialSegment + this.tuning.initialSegments;
  }

  /** New segments have arrived; `immediately` where a gap appeared or closed. */
  noteArrivals(_held: ReceiveLock, count: number, immediately: boolean, nowMicros: number): void {
    const { receive, receiveTimes } = this.memory;
    receive[ReceiveWord.acknowledgmentsPending] += count;
    const enough = receive[ReceiveWord.acknowledgmentsPending] >= this.settings.acknowledgeEvery;
    if (immediately || enough) receive[ReceiveWord.acknowledgeNow] = 1;
    const waiting = receive[ReceiveWord.delayExpired] === 1;
    if (!waiting && receiveTimes[ReceiveTime.acknowledgmentDeadline] === Infinity) {
      receiveTimes[ReceiveTime.acknowledgmentDeadline] =
        nowMicros + this.settings.acknowledgmentDelayMicros;
    }
  }

  noteDuplicate(held: ReceiveLock, segment: number): void {
    const { receive, duplicates, receiveCounters } = this.memory;
    receiveCounters[ReceiveCounter.duplicates] += 1;
    const count = receive[ReceiveWord.duplicateCount];
    if (count < DUPLICATES_REMEMBERED) {
      duplicates[count] = segment;
      receive[ReceiveWord.duplicateCount] = count + 1;
    }
    this.demand(held);
  }

  /** The next acknowledgment must not wait. */
  demand(_held: ReceiveLock): void {
    this.memory.receive[ReceiveWord.acknowledgeNow] = 1;
  }

  /** The application has read: true if the peer should hear that there is room again. */
  noteRead(held: ReceiveLock, free: number): boolean {
    const { receive } = this.memory;
    const edge = segmentNumber(receive[ReceiveWord.windowEdgeAdvertised]);
    const knownToPeer = distance(edge, this.window.receiveNext());
    const slots = this.window.slots;
    const worthwhile = this.tuning.segments(held, slots - free);
    const least = this.tuning.segments(held, 0);
    if (knownToPeer >= least / 4 || free < slots / 2 || worthwhile < least / 2) return false;
    receive[ReceiveWord.acknowledgeNow] = 1;
    return true;
  }

  due(_held: ReceiveLock): AckDue {
    const { receive } = this.memory;
    if (receive[ReceiveWord.acknowledgeNow] === 1) return AckDue.now;
    return receive[ReceiveWord.delayExpired] === 1 ? AckDue.delayed : AckDue.no;
  }

  /** True if a delayed acknowledgment must go out now. */
  expire(held: ReceiveLock, nowMicros: number): boolean {
    if (this.deadline(held) > nowMicros) return false;
    this.memory.receiveTimes[ReceiveTime.acknowledgmentDeadline] = Infinity;
    this.memory.receive[ReceiveWord.delayExpired] = 1;
    return true;
  }

  deadline(_held: ReceiveLock): number {
    return this.memory.receiveTimes[ReceiveTime.acknowledgmentDeadline];
  }

  isPending(_held: ReceiveLock): boolean {
    const { receive } = this.memory;
    return (
      receive[ReceiveWord.acknowledgmentsPending] > 0 || receive[ReceiveWord.acknowledgeNow] === 1
    );
  }

  /** Data is here that the peer has yet to prove its own, so it is asked for an answer. */
  awaitsProof(_held: ReceiveLock): boolean {
    const proved = this.memory.receive[ReceiveWord.deliverable] === 1;
    return !proved && this.window.receiveNext() !== this.window.readNext();
  }

  /** Gaps or duplicates: what only an empty segment has the room to report. */
  needsReport(held: ReceiveLock): boolean {
    const { receive } = this.memory;
    return (
      receive[ReceiveWord.duplicateCount] > 0 ||
      distance(this.window.highest(held), this.window.receiveNext()) > 0
    );
  }

  /** Writes the cumulative acknowledgment and the window: they ride on every segment. */
  describe(held: ReceiveLock, segment: Segment): void {
    const { receive } = this.memory;
    const next = this.window.receiveNext();
    const free = this.window.freeSlots(held);
    const worthwhile = this.tuning.segments(held, distance(next, this.window.readNext()));
    // What was promised stays promised, so that the edge never moves back.
    const promised = distance(segmentNumber(receive[ReceiveWord.windowEdgeAdvertised]), next);
    const window = Math.min(free, Math.max(worthwhile, promised));
    segment.cumulativeAck = next;
    segment.windowSegments = window === this.tuning.initialSegments ? -1 : window;
    receive[ReceiveWord.windowEdgeAdvertised] = advance(next, window);
  }

  /** Writes the ranges above the cumulative acknowledgment, lowest first, and the duplicates. */
  describeReport(held: ReceiveLock, segment: Segment): void {
    const { receive, duplicates } = this.memory;
    const count = receive[ReceiveWord.duplicateCount];
    for (let i = 0; i < count; i++) segment.duplicates[i] = duplicates[i];
    segment.duplicateCount = count;
    receive[ReceiveWord.duplicateCount] = 0;
    this.#describeRanges(held, segment);
  }

  /** Everything that was due has been said. */
  settle(_held: ReceiveLock): void {
    const { receive, receiveTimes } = this.memory;
    receive[ReceiveWord.acknowledgmentsPending] = 0;
    receive[ReceiveWord.acknowledgeNow] = 0;
    receive[ReceiveWord.delayExpired] = 0;
    receiveTimes[ReceiveTime.acknowledgmentDeadline] = Infinity;
  }

  /**
   * Ascending from the cursor on. Where not all ranges find room, the next report goes on after the
   * last one, and begins again at the end: so the peer hears of each range every few reports.
   */
  #describeRanges(held: ReceiveLock, segment: Segment): void {
    const { receive } = this.memory;
    const end = this.window.highest(held);
    let at = segmentNumber(receive[ReceiveWord.reportCursor]);
    if (distance(at, segment.cumulativeAck) < 0 || distance(at, end) >= 0)
      at = segment.cumulativeAck;
    let ranges = 0;
    for (;;) {
      while (distance(at, end) < 0 && !this.window.holds(held, at)) at = advance(at, 1);
      if (distance(at, end) >= 0 || ranges === MAX_SACK_RANGES) break;
      segment.sackStart[ranges] = at;
      while (distance(at, end) < 0 && this.window.holds(held, at)) at = advance(at, 1);
      segment.sackEnd[ranges] = at;
      ranges += 1;
    }
    segment.sackCount = ranges;
    // All said: the next report says it all again, since this one may be lost.
    receive[ReceiveWord.reportCursor] = distance(at, end) >= 0 ? segment.cumulativeAck : at;
  }
}
