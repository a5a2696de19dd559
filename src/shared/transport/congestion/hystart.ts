/**
 * HyStart++, RFC 9406: ends slow start when the RTT of a round has grown, before the queue is full.
 * It then grows a quarter as fast for five rounds, and goes back if the RTT has come down again. A
 * round is over when what was sent after its beginning is delivered. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { CongestionValue, CubicValue } from '../../memory/layout.js';
import type { RateSample } from './delivery-rate.js';
import { fullSize } from './segment-size.js';

/** RFC 9406 §4.3. */
const MIN_RTT_THRESHOLD_MICROS = 4_000;
const MAX_RTT_THRESHOLD_MICROS = 16_000;
const MIN_RTT_DIVISOR = 8;
const RTT_SAMPLES = 8;
const CONSERVATIVE_DIVISOR = 4;
const CONSERVATIVE_ROUNDS = 5;

export class HyStart {
  constructor(private readonly memory: ConnectionMemory) {}

  initialize(): void {
    const { cubic } = this.memory;
    cubic[CubicValue.roundMinimumRtt] = Infinity;
    cubic[CubicValue.lastRoundMinimumRtt] = Infinity;
    cubic[CubicValue.baselineRtt] = Infinity;
  }

  /** How much of the acknowledged bytes the window grows by. */
  growth(held: SendLock): number {
    return this.#isConservative(held) ? 1 / CONSERVATIVE_DIVISOR : 1;
  }

  /** After each acknowledgment in slow start. True if slow start is over. */
  acknowledged(held: SendLock, sample: RateSample): boolean {
    const { cubic, congestion } = this.memory;
    if (sample.deliveredBefore >= cubic[CubicValue.roundEnd]) {
      cubic[CubicValue.roundEnd] = congestion[CongestionValue.deliveredBytes];
      if (this.#beginRound(held)) return true;
    }
    if (sample.rttMicros > 0) this.#noteRtt(held, sample);
    return false;
  }

  #beginRound(held: SendLock): boolean {
    const { cubic } = this.memory;
    cubic[CubicValue.lastRoundMinimumRtt] = cubic[CubicValue.roundMinimumRtt];
    cubic[CubicValue.roundMinimumRtt] = Infinity;
    cubic[CubicValue.roundSamples] = 0;
    if (!this.#isConservative(held)) return false;
    cubic[CubicValue.conservativeRounds] += 1;
    return cubic[CubicValue.conservativeRounds] >= CONSERVATIVE_ROUNDS;
  }

  /** The samples that TCP would have had: it is acknowledged every second segment. */
  #noteRtt(held: SendLock, { rttMicros, acknowledged }: RateSample): void {
    const { cubic } = this.memory;
    cubic[CubicValue.roundSamples] += Math.max(1, acknowledged / (2 * fullSize(this.memory)));
    const now = Math.min(cubic[CubicValue.roundMinimumRtt], rttMicros);
    cubic[CubicValue.roundMinimumRtt] = now;
    if (cubic[CubicValue.roundSamples] < RTT_SAMPLES) return;
    if (this.#isConservative(held)) {
      if (now < cubic[CubicValue.baselineRtt]) cubic[CubicValue.baselineRtt] = Infinity;
    } else if (now >= this.#limit()) {
      cubic[CubicValue.baselineRtt] = now;
      cubic[CubicValue.conservativeRounds] = 0;
    }
  }

  /** The RTT from which on the queue is taken to grow. */
  #limit(): number {
    const last = this.memory.cubic[CubicValue.lastRoundMinimumRtt];
    const threshold = Math.max(
      MIN_RTT_THRESHOLD_MICROS,
      Math.min(last / MIN_RTT_DIVISOR, MAX_RTT_THRESHOLD_MICROS),
    );
    return last + threshold;
  }

  #isConservative(_held: SendLock): boolean {
    return this.memory.cubic[CubicValue.baselineRtt] < Infinity;
  }
}
