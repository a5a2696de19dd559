/**
 * Pacing: bursts of about a millisecond, as far apart as the rate says. A burst is what one wake-up
 * costs; who wakes late may make up for it within bounds, so that lateness costs no rate. One word
 * says when the next burst may go. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { CongestionValue } from '../../memory/layout.js';
import { fullSize } from './segment-size.js';

const BURST_MICROS = 1_000;
const LEAST_BURST_SEGMENTS = 2;
/** Two runs of the batched port, whatever the rate. */
const LARGEST_BURST_BYTES = 131_072;
/** What is made up for at the most: of a pause, and of the time that a thread was to send in and did not. */
const CATCH_UP_MICROS = 2_000;
const LATE_CATCH_UP_MICROS = 10_000;
/** So that a hundred kilobytes, three flights of slow start, take no longer than without pacing. */
const FIRST_BURST_BYTES = 65_536;

export class Pacer {
  constructor(private readonly memory: ConnectionMemory) {}

  /** While slow start looks for the rate there is none to keep to. */
  allowLargeBursts(allowed: boolean): void {
    this.memory.congestion[CongestionValue.burstFloor] = allowed ? FIRST_BURST_BYTES : 0;
  }

  /** Bytes a microsecond. */
  setRate(_held: SendLock, rate: number): void {
    const { congestion } = this.memory;
    const least = LEAST_BURST_SEGMENTS * fullSize(this.memory);
    congestion[CongestionValue.pacingRate] = rate;
    congestion[CongestionValue.burstBytes] = Math.max(
      least,
      Math.min(rate * BURST_MICROS, LARGEST_BURST_BYTES),
    );
  }

  /** Bytes that may leave now. */
  quota(_held: SendLock, nowMicros: number): number {
    const { congestion } = this.memory;
    const rate = congestion[CongestionValue.pacingRate];
    if (rate === 0) return Infinity;
    const late = nowMicros - congestion[CongestionValue.nextSendAt];
    if (late < 0) return 0;
    const burst = Math.max(
      congestion[CongestionValue.burstBytes],
      congestion[CongestionValue.burstFloor],
    );
    return burst + Math.min(late, this.#catchUpMicros()) * rate;
  }

  sent(_held: SendLock, bytes: number, nowMicros: number): void {
    const { congestion } = this.memory;
    const rate = congestion[CongestionValue.pacingRate];
    if (rate === 0) return;
    const from = Math.max(
      congestion[CongestionValue.nextSendAt],
      nowMicros - this.#catchUpMicros(),
    );
    congestion[CongestionValue.nextSendAt] = from + bytes / rate;
  }

  /** A turn of sending is over: because nothing more may leave yet, or for another reason. */
  ended(_held: SendLock, isPaced: boolean): void {
    this.memory.congestion[CongestionValue.isPaced] = isPaced ? 1 : 0;
  }

  #catchUpMicros(): number {
    const isPaced = this.memory.congestion[CongestionValue.isPaced] === 1;
    return isPaced ? LATE_CATCH_UP_MICROS : CATCH_UP_MICROS;
  }
}
