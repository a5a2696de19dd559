/**
 * CUBIC, RFC 9438: after a loss the window grows along a cubic curve whose plateau is where the loss
 * was, but never slower than Reno's would. Slow start is that of HyStart++. Needs the send lock.
 *
 * ```
 *   W_cubic(t) = C (t − K)³ + W_max,   K = ∛((W_max − cwnd_epoch) / C),   C = 0.4 segments/s³
 * ```
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { CongestionValue, CubicValue, SendTime } from '../../memory/layout.js';
import type { CongestionAlgorithm } from './algorithm.js';
import type { RateSample } from './delivery-rate.js';
import type { HyStart } from './hystart.js';
import type { Pacer } from './pacer.js';
import { fullSize, initialWindow } from './segment-size.js';
import { isWindowLimited } from './window-use.js';

/** β and C of §4.1, the latter for seconds; α of §4.3, until the window is where it was. */
const BETA = 0.7;
const CUBIC = 0.4;
const RENO_INCREASE = (3 * (1 - BETA)) / (1 + BETA);
const LEAST_SEGMENTS = 2;
/** The window is spread over a round trip, with something to spare (RFC 9002 §7.7). */
const SLOW_START_PACING = 2;
const PACING = 1.25;

const UNDO = [
  [CubicValue.undoThreshold, CubicValue.slowStartThreshold],
  [CubicValue.undoPlateau, CubicValue.plateauBytes],
  [CubicValue.undoEpochAt, CubicValue.epochStartedAt],
  [CubicValue.undoEpochBytes, CubicValue.epochBytes],
  [CubicValue.undoReno, CubicValue.renoBytes],
  [CubicValue.undoPeriod, CubicValue.periodMicros],
] as const;

export class Cubic implements CongestionAlgorithm {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly pacer: Pacer,
    private readonly hystart: HyStart,
  ) {}

  initialize(): void {
    this.memory.cubic[CubicValue.slowStartThreshold] = Infinity;
    this.hystart.initialize();
  }

  /** RFC 5681 §4.1 for the window, RFC 9438 §5.8 for the curve: time without data does not count. */
  restarted(held: SendLock, _nowMicros: number, idleMicros: number): void {
    const { cubic, congestion, sendTimes } = this.memory;
    if (cubic[CubicValue.epochStartedAt] > 0) cubic[CubicValue.epochStartedAt] += idleMicros;
    if (idleMicros <= sendTimes[SendTime.retransmissionTimeout]) return;
    const window = congestion[CongestionValue.windowBytes];
    this.#setWindow(held, Math.min(window, initialWindow(this.memory)));
  }

  acknowledged(held: SendLock, sample: RateSample): void {
    const { cubic, congestion } = this.memory;
    const window = congestion[CongestionValue.windowBytes];
    if (window < cubic[CubicValue.slowStartThreshold]) this.#slowStart(held, sample);
    else if (this.#mayGrow(held, sample)) this.#avoidCongestion(held, sample);
    this.#pace(held);
  }

  segmentLost(): void {
    // Only the first of a recovery counts.
  }

  recoveryBegan(held: SendLock): void {
    this.#reduce(held);
    this.#setWindow(held, this.memory.cubic[CubicValue.slowStartThreshold]);
  }

  /** §4.8. */
  timedOut(held: SendLock): void {
    this.#reduce(held);
    this.#setWindow(held, fullSize(this.memory));
  }

  persistentlyCongested(held: SendLock): void {
    this.#setWindow(held, LEAST_SEGMENTS * fullSize(this.memory));
  }

  /** §4.9. */
  undo(held: SendLock): void {
    const { cubic, congestion } = this.memory;
    for (const [saved, value] of UNDO) cubic[value] = cubic[saved];
    const window = congestion[CongestionValue.windowBytes];
    this.#setWindow(held, Math.max(window, cubic[CubicValue.undoWindow]));
  }

  #slowStart(held: SendLock, sample: RateSample): void {
    const { cubic, congestion } = this.memory;
    const isFirst = cubic[CubicValue.slowStartThreshold] === Infinity;
    if (this.#mayGrow(held, sample)) {
      const share = isFirst ? this.hystart.growth(held) : 1;
      congestion[CongestionValue.windowBytes] += sample.acknowledged * share;
    }
    if (isFirst && this.hystart.acknowledged(held, sample)) {
      cubic[CubicValue.slowStartThreshold] = congestion[CongestionValue.windowBytes];
    }
  }

  /** Not for what was sent before the last reduction, nor while the window is not made use of. */
  #mayGrow(held: SendLock, { sentAt }: RateSample): boolean {
    const { congestion } = this.memory;
    const isAfter = sentAt >= congestion[CongestionValue.recoverySince];
    return isAfter && isWindowLimited(this.memory, held);
  }

  /** §4.2 to §4.5. */
  #avoidCongestion(held: SendLock, sample: RateSample): void {
    const { cubic, congestion, sendTimes } = this.memory;
    const { nowMicros, acknowledged } = sample;
    if (cubic[CubicValue.epochStartedAt] === 0) this.#beginEpoch(held, nowMicros);
    const window = congestion[CongestionValue.windowBytes];
    const elapsed = nowMicros - cubic[CubicValue.epochStartedAt];
    this.#growReno(acknowledged, window);
    const reno = cubic[CubicValue.renoBytes];
    if (this.#curve(elapsed) < reno) {
      congestion[CongestionValue.windowBytes] = Math.max(window, reno);
      return;
    }
    const ahead = this.#curve(elapsed + sendTimes[SendTime.smoothedRtt]);
    const target = Math.min(Math.max(ahead, window), 1.5 * window);
    congestion[CongestionValue.windowBytes] += ((target - window) / window) * acknowledged;
  }

  #beginEpoch(_held: SendLock, nowMicros: number): void {
    const { cubic, congestion } = this.memory;
    const window = congestion[CongestionValue.windowBytes];
    const plateau = Math.max(window, cubic[CubicValue.plateauBytes]);
    const segments = (plateau - window) / fullSize(this.memory);
    cubic[CubicValue.epochStartedAt] = nowMicros;
    cubic[CubicValue.epochBytes] = window;
    cubic[CubicValue.plateauBytes] = plateau;
    cubic[CubicValue.renoBytes] = window;
    cubic[CubicValue.periodMicros] = Math.cbrt(segments / CUBIC) * 1e6;
  }

  /** W_est of §4.3: as Reno once the window is where it was before the loss. */
  #growReno(acknowledged: number, window: number): void {
    const { cubic } = this.memory;
    const isBelow = cubic[CubicValue.renoBytes] < cubic[CubicValue.undoWindow];
    const increase = isBelow ? RENO_INCREASE : 1;
    cubic[CubicValue.renoBytes] += increase * fullSize(this.memory) * (acknowledged / window);
  }

  /** W_cubic, in bytes. */
  #curve(elapsedMicros: number): number {
    const { cubic } = this.memory;
    const seconds = (elapsedMicros - cubic[CubicValue.periodMicros]) / 1e6;
    return CUBIC * seconds ** 3 * fullSize(this.memory) + cubic[CubicValue.plateauBytes];
  }

  /** §4.6 and §4.7, fast convergence. */
  #reduce(_held: SendLock): void {
    const { cubic, congestion } = this.memory;
    const window = congestion[CongestionValue.windowBytes];
    cubic[CubicValue.undoWindow] = window;
    for (const [saved, value] of UNDO) cubic[saved] = cubic[value];
    const gaveWay = window < cubic[CubicValue.plateauBytes];
    cubic[CubicValue.plateauBytes] = gaveWay ? (window * (1 + BETA)) / 2 : window;
    const least = LEAST_SEGMENTS * fullSize(this.memory);
    cubic[CubicValue.slowStartThreshold] = Math.max(window * BETA, least);
    cubic[CubicValue.epochStartedAt] = 0;
  }

  #setWindow(held: SendLock, bytes: number): void {
    this.memory.congestion[CongestionValue.windowBytes] = bytes;
    this.#pace(held);
  }

  #pace(held: SendLock): void {
    const { cubic, congestion, sendTimes } = this.memory;
    const rtt = sendTimes[SendTime.smoothedRtt];
    if (rtt === 0) return;
    const window = congestion[CongestionValue.windowBytes];
    const isSlowStart = window < cubic[CubicValue.slowStartThreshold];
    this.pacer.allowLargeBursts(cubic[CubicValue.slowStartThreshold] === Infinity);
    this.pacer.setRate(held, ((isSlowStart ? SLOW_START_PACING : PACING) * window) / rtt);
  }
}
