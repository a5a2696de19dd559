/**
 * Round-trip time and retransmission time-out, RFC 6298. State lies in the send times, guarded by
 * the send lock; all in microseconds. Callers feed only first transmissions (Karn's rule, §3).
 */
import { SendTime, SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import type { TransportSettings } from './settings.js';

/** What the clock and the scheduler add to any measurement: "G" of RFC 6298 §2. */
const GRANULARITY_MICROS = 1_000;

export class RttEstimator {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly settings: TransportSettings,
  ) {}

  initialize(): void {
    this.memory.sendTimes[SendTime.minimumRtt] = Infinity;
    this.memory.sendTimes[SendTime.retransmissionTimeout] = this.settings.initialTimeoutMicros;
  }

  hasSample(_held: SendLock): boolean {
    return this.memory.sendTimes[SendTime.smoothedRtt] > 0;
  }

  smoothed(_held: SendLock): number {
    return this.memory.sendTimes[SendTime.smoothedRtt];
  }

  minimum(_held: SendLock): number {
    return this.memory.sendTimes[SendTime.minimumRtt];
  }

  /** RTO with its back-off. */
  timeout(_held: SendLock): number {
    const { send, sendTimes } = this.memory;
    const backedOff = sendTimes[SendTime.retransmissionTimeout] * 2 ** send[SendWord.backOff];
    return Math.min(backedOff, this.settings.maximumTimeoutMicros);
  }

  /** RFC 6298 §2.2 and §2.3. */
  sample(held: SendLock, rttMicros: number): void {
    const { sendTimes } = this.memory;
    const rtt = Math.max(rttMicros, 1);
    if (!this.hasSample(held)) {
      sendTimes[SendTime.smoothedRtt] = rtt;
      sendTimes[SendTime.rttVariance] = rtt / 2;
    } else {
      const smoothed = sendTimes[SendTime.smoothedRtt];
      const variance = sendTimes[SendTime.rttVariance];
      sendTimes[SendTime.rttVariance] = (3 * variance + Math.abs(smoothed - rtt)) / 4;
      sendTimes[SendTime.smoothedRtt] = (7 * smoothed + rtt) / 8;
    }
    this.#deriveTimeout();
  }

  /** The minimum is looked for among all samples, also those that are not fed to the average. */
  noteMinimum(_held: SendLock, rttMicros: number): void {
    const { sendTimes } = this.memory;
    if (rttMicros < sendTimes[SendTime.minimumRtt]) sendTimes[SendTime.minimumRtt] = rttMicros;
  }

  /** RFC 6298 §2, and the delay of an acknowledgment on top, which not every sample contains. */
  #deriveTimeout(): void {
    const { sendTimes } = this.memory;
    const spread = Math.max(GRANULARITY_MICROS, 4 * sendTimes[SendTime.rttVariance]);
    const { acknowledgmentDelayMicros } = this.settings;
    const timeout = sendTimes[SendTime.smoothedRtt] + spread + acknowledgmentDelayMicros;
    sendTimes[SendTime.retransmissionTimeout] = Math.min(
      Math.max(timeout, this.settings.minimumTimeoutMicros),
      this.settings.maximumTimeoutMicros,
    );
  }
}
