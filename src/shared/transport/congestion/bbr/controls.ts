/**
 * What BBR's model means for pacing and window: draft-ietf-ccwg-bbr §5.6. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue, SendTime } from '../../../memory/layout.js';
import type { RateSample } from '../delivery-rate.js';
import type { Pacer } from '../pacer.js';
import { initialWindow } from '../segment-size.js';
import type { BbrModel } from './model.js';
import type { Pipe } from './pipe.js';
import { BbrState, gains, isProbingBandwidth } from './state.js';

/** BBRPacingMarginPercent: a hair below, so that no queue builds up from what is overestimated. */
const MARGIN = 0.99;

export class BbrControls {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly model: BbrModel,
    private readonly pipe: Pipe,
    private readonly pacer: Pacer,
  ) {}

  /** BBRUpdateControlParameters. */
  update(held: SendLock, sample: RateSample): void {
    this.#pace(held);
    this.#restoreAfterTimeout(held, sample);
    this.#setWindow(held, sample.acknowledged);
  }

  paceAtBandwidth(held: SendLock): void {
    const bandwidth = this.memory.bbr[BbrValue.bandwidth];
    if (bandwidth > 0) this.pacer.setRate(held, MARGIN * bandwidth);
  }

  /** BBRRestoreCwnd. */
  restoreWindow(_held: SendLock): void {
    const { bbr, congestion } = this.memory;
    const { windowBytes } = CongestionValue;
    congestion[windowBytes] = Math.max(congestion[windowBytes], bbr[BbrValue.savedWindow]);
    bbr[BbrValue.savedWindow] = 0;
  }

  /** BBRSetPacingRate: while the pipe fills, the rate never falls. */
  #pace(held: SendLock): void {
    const { bbr } = this.memory;
    const state = bbr[BbrValue.state] as BbrState;
    // Below the bandwidth on purpose, so that losses of our own making end.
    const isEmptying = state === BbrState.drain || state === BbrState.down;
    const compensation = isEmptying ? 1 : this.model.ambient.compensation(held);
    const rate = gains[state].pacing * MARGIN * bbr[BbrValue.bandwidth] * compensation;
    const full = bbr[BbrValue.fullBandwidthReached] === 1;
    if (full) this.pacer.setRate(held, rate);
    else this.#raiseRate(held, Math.max(rate, this.#leastRate(held)));
    this.pacer.allowLargeBursts(!full);
  }

  #raiseRate(held: SendLock, rate: number): void {
    if (rate > this.memory.congestion[CongestionValue.pacingRate]) this.pacer.setRate(held, rate);
  }

  /**
   * BBRInitPacingRate. The first answer may be to an opening without data: what it says of the
   * bandwidth is next to nothing, and a flight paced by that would hold up all that follows.
   */
  #leastRate(_held: SendLock): number {
    const rtt = this.memory.sendTimes[SendTime.smoothedRtt];
    if (rtt === 0) return 0;
    return (gains[BbrState.startup].pacing * initialWindow(this.memory)) / rtt;
  }

  /** The path is there again once something is delivered that was sent after the time-out. */
  #restoreAfterTimeout(held: SendLock, { sentAt }: RateSample): void {
    const { bbr, congestion } = this.memory;
    if (bbr[BbrValue.savedWindow] === 0 || bbr[BbrValue.state] === BbrState.probeRtt) return;
    if (sentAt >= congestion[CongestionValue.recoverySince]) this.restoreWindow(held);
  }

  /** BBRSetCwnd. */
  #setWindow(held: SendLock, acknowledged: number): void {
    const { bbr, congestion } = this.memory;
    const state = bbr[BbrValue.state] as BbrState;
    const product = this.pipe.product(held, bbr[BbrValue.bandwidth], gains[state].window);
    const most = this.pipe.quantized(held, product + this.model.aggregation.extra(held));
    let window = congestion[CongestionValue.windowBytes];
    if (bbr[BbrValue.fullBandwidthReached] === 1) window = Math.min(window + acknowledged, most);
    else if (window < most || this.#hasHardlyBegun()) window += acknowledged;
    congestion[CongestionValue.windowBytes] = this.#bounded(held, state, window);
  }

  /** BBRBoundCwndForProbeRTT, BBRBoundCwndForModel. */
  #bounded(held: SendLock, state: BbrState, window: number): number {
    const { bbr } = this.memory;
    let bound = Infinity;
    if (state === BbrState.probeRtt) bound = this.pipe.whileProbingRtt(held);
    if (state === BbrState.probeRtt || state === BbrState.cruise) {
      bound = Math.min(bound, this.pipe.withHeadroom(held));
    } else if (isProbingBandwidth(state)) {
      bound = bbr[BbrValue.longTermInFlight];
    }
    bound = Math.min(bound, bbr[BbrValue.shortTermInFlight]);
    return Math.max(Math.min(window, bound), this.pipe.least(held));
  }

  #hasHardlyBegun(): boolean {
    const delivered = this.memory.congestion[CongestionValue.deliveredBytes];
    return delivered < initialWindow(this.memory);
  }
}
