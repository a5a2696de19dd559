/**
 * What losses say, draft-ietf-ccwg-bbr §5.5.10, with one difference: only what the path does not lose
 * anyway counts, and while that is unknown, only losses that come with a queue. Looks at loss rounds:
 * from one to the next, all that was in flight has been settled. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue } from '../../../memory/layout.js';
import type { RateSample } from '../delivery-rate.js';
import { fullSize } from '../segment-size.js';
import type { AmbientLoss } from './ambient-loss.js';
import { lateness } from './lateness.js';
import { BbrState, isProbingUp } from './state.js';

/** BBR.Beta. */
const BETA = 0.7;
/** An RTT so much above the smallest means a queue. */
const QUEUE = 1 / 8;
const QUEUE_MICROS = 1_000;
/** BBRStartupFullLossCnt. */
const STARTUP_SEGMENTS_LOST = 6;

export class Overload {
  /** True while the acknowledgment is dealt with that ends a loss round, or ends one overloaded. */
  roundEnded = false;
  roundWasOverloaded = false;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly ambient: AmbientLoss,
  ) {}

  initialize(): void {
    const { bbr } = this.memory;
    bbr[BbrValue.shortTermInFlight] = Infinity;
    bbr[BbrValue.lossRoundMinimumRtt] = Infinity;
  }

  /** BBRUpdateLatestDeliverySignals, BBRUpdateCongestionSignals. */
  acknowledged(held: SendLock, sample: RateSample): void {
    const { bbr } = this.memory;
    const { rate, delivered, rttMicros } = sample;
    bbr[BbrValue.latestBandwidth] = Math.max(bbr[BbrValue.latestBandwidth], rate);
    bbr[BbrValue.latestInFlight] = Math.max(bbr[BbrValue.latestInFlight], delivered);
    if (rttMicros > 0) {
      bbr[BbrValue.latestRtt] = rttMicros;
      bbr[BbrValue.lossRoundMinimumRtt] = Math.min(bbr[BbrValue.lossRoundMinimumRtt], rttMicros);
    }
    this.roundEnded = sample.deliveredBefore >= bbr[BbrValue.lossRoundEnd];
    this.roundWasOverloaded = this.roundEnded && this.#judgeRound(held);
    if (this.roundWasOverloaded && !isProbingUp(bbr[BbrValue.state])) this.#lowerBounds(held);
    if (this.roundEnded) this.#beginRound(held);
  }

  /** BBRAdvanceLatestDeliverySignals: last of all. */
  advance(_held: SendLock, { rate, delivered }: RateSample): void {
    if (!this.roundEnded) return;
    const { bbr } = this.memory;
    bbr[BbrValue.latestBandwidth] = rate;
    bbr[BbrValue.latestInFlight] = delivered;
  }

  /** BBRResetCongestionSignals. */
  reset(_held: SendLock): void {
    const { bbr } = this.memory;
    bbr[BbrValue.latestBandwidth] = 0;
    bbr[BbrValue.latestInFlight] = 0;
  }

  /** BBRResetShortTermModel. */
  forgetBounds(_held: SendLock): void {
    const { bbr } = this.memory;
    bbr[BbrValue.shortTermBandwidth] = Infinity;
    bbr[BbrValue.shortTermInFlight] = Infinity;
  }

  /** Of `inFlight` bytes so many were lost: more than the path loses anyway? */
  isTooMuch(held: SendLock, lost: number, inFlight: number, rttMicros: number): boolean {
    if (lost <= inFlight * this.ambient.tolerated(held, inFlight)) return false;
    return this.ambient.isKnown(held) || this.isQueue(held, rttMicros);
  }

  #judgeRound(held: SendLock): boolean {
    const { bbr, congestion } = this.memory;
    const lost = congestion[CongestionValue.lostBytes] - bbr[BbrValue.lossRoundLost];
    const delivered = congestion[CongestionValue.deliveredBytes] - bbr[BbrValue.lossRoundDelivered];
    const settled = lost + delivered;
    this.ambient.note(held, lost / settled);
    const startup = bbr[BbrValue.state] === BbrState.startup;
    if (startup && lost < STARTUP_SEGMENTS_LOST * fullSize(this.memory)) return false;
    return this.isTooMuch(held, lost, settled, bbr[BbrValue.lossRoundMinimumRtt]);
  }

  #beginRound(_held: SendLock): void {
    const { bbr, congestion } = this.memory;
    bbr[BbrValue.lossRoundEnd] = congestion[CongestionValue.deliveredBytes];
    bbr[BbrValue.lossRoundDelivered] = congestion[CongestionValue.deliveredBytes];
    bbr[BbrValue.lossRoundLost] = congestion[CongestionValue.lostBytes];
    bbr[BbrValue.lossRoundMinimumRtt] = Infinity;
  }

  /** BBRInitLowerBounds, BBRLossLowerBounds. */
  #lowerBounds(_held: SendLock): void {
    const { bbr, congestion } = this.memory;
    const { maximumBandwidth, shortTermBandwidth, shortTermInFlight } = BbrValue;
    const bandwidth = Math.min(bbr[shortTermBandwidth], bbr[maximumBandwidth]);
    const inFlight = Math.min(bbr[shortTermInFlight], congestion[CongestionValue.windowBytes]);
    bbr[shortTermBandwidth] = Math.max(bbr[BbrValue.latestBandwidth], BETA * bandwidth);
    bbr[shortTermInFlight] = Math.max(bbr[BbrValue.latestInFlight], BETA * inFlight);
  }

  /** Whether such an RTT means a queue. */
  isQueue(held: SendLock, rttMicros: number): boolean {
    const minimum = this.memory.bbr[BbrValue.minimumRtt];
    const usual = minimum * (1 + QUEUE) + QUEUE_MICROS + lateness(this.memory, held);
    return rttMicros < Infinity && rttMicros > usual;
  }
}
