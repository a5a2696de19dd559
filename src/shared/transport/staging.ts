/**
 * What a batch of datagrams has brought and is not yet published: runs of segments whose payloads
 * lie in their slots, and the numbers of segments that had come before. Listener's thread.
 */
import type { ReceiveLock } from '../memory/connection-memory.js';
import { advance, segmentNumber, type SegmentNumber } from '../wire/serial.js';
import type { Acknowledgments } from './acknowledgments.js';
import type { ReceiveWindow } from './receive-window.js';

/** So many runs, and duplicates, are published under one receive lock at the most. */
const CAPACITY = 512;

export class Staging {
  readonly #first = new Int32Array(CAPACITY);
  readonly #segments = new Int32Array(CAPACITY);
  readonly #payloadBytes = new Int32Array(CAPACITY);
  readonly #duplicate = new Int32Array(CAPACITY);
  /** Of the segments of this batch. */
  largestPayload = 0;
  #runs = 0;
  #duplicates = 0;

  isEmpty(): boolean {
    return this.#runs === 0 && this.#duplicates === 0;
  }

  isFull(): boolean {
    return this.#runs === CAPACITY || this.#duplicates === CAPACITY;
  }

  clear(): void {
    this.#runs = 0;
    this.#duplicates = 0;
    this.largestPayload = 0;
  }

  /** `count` segments from `first` on, with payloads of one length; all new if more than one. */
  add(first: SegmentNumber, count: number, payloadBytes: number): void {
    if (payloadBytes > this.largestPayload) this.largestPayload = payloadBytes;
    const last = this.#runs - 1;
    if (last >= 0 && count > 1 && this.#endsBefore(last, first, payloadBytes)) {
      this.#segments[last] += count;
      return;
    }
    this.#first[this.#runs] = first;
    this.#segments[this.#runs] = count;
    this.#payloadBytes[this.#runs] = payloadBytes;
    this.#runs += 1;
  }

  addDuplicate(segment: SegmentNumber): void {
    this.#duplicate[this.#duplicates] = segment;
    this.#duplicates += 1;
  }

  /** Returns how many segments were new. */
  publish(held: ReceiveLock, window: ReceiveWindow, acknowledgments: Acknowledgments): number {
    let fresh = 0;
    for (let run = 0; run < this.#runs; run++) {
      const first = segmentNumber(this.#first[run]);
      const published = window.publish(held, first, this.#segments[run], this.#payloadBytes[run]);
      // Its twin came in the same batch.
      if (published === 0) acknowledgments.noteDuplicate(held, first);
      fresh += published;
    }
    for (let i = 0; i < this.#duplicates; i++) {
      acknowledgments.noteDuplicate(held, this.#duplicate[i]);
    }
    return fresh;
  }

  #endsBefore(run: number, segment: SegmentNumber, payloadBytes: number): boolean {
    const end = advance(segmentNumber(this.#first[run]), this.#segments[run]);
    return end === segment && this.#payloadBytes[run] === payloadBytes;
  }
}
