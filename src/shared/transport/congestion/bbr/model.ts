/**
 * BBR's model of the path and the states that follow from it: BBRUpdateModelAndState of the draft, in
 * its order. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue } from '../../../memory/layout.js';
import type { RateSample } from '../delivery-rate.js';
import { Aggregation } from './aggregation.js';
import { AmbientLoss } from './ambient-loss.js';
import { Bandwidth } from './bandwidth.js';
import { FullPipe } from './full-pipe.js';
import { lateness } from './lateness.js';
import { LongTerm } from './long-term.js';
import { MinimumRtt } from './minimum-rtt.js';
import { Overload } from './overload.js';
import type { Pipe } from './pipe.js';
import { ProbeCycle } from './probe-cycle.js';
import { ProbeRtt } from './probe-rtt.js';
import { ProbeWait } from './probe-wait.js';
import { Rounds } from './rounds.js';
import { BbrState, isProbingBandwidth } from './state.js';

const NOTABLE_MICROS = 5_000;

export class BbrModel {
  readonly ambient: AmbientLoss;
  readonly aggregation: Aggregation;
  readonly longTerm: LongTerm;
  readonly cycle: ProbeCycle;
  readonly probeRtt: ProbeRtt;
  readonly #rounds: Rounds;
  readonly #bandwidth: Bandwidth;
  readonly #fullPipe: FullPipe;
  readonly #overload: Overload;
  readonly #minimumRtt: MinimumRtt;
  readonly #wait: ProbeWait;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly pipe: Pipe,
  ) {
    this.#rounds = new Rounds(memory);
    this.#bandwidth = new Bandwidth(memory);
    this.#fullPipe = new FullPipe(memory);
    this.#minimumRtt = new MinimumRtt(memory);
    this.#wait = new ProbeWait(memory, pipe);
    this.aggregation = new Aggregation(memory);
    this.ambient = new AmbientLoss(memory);
    this.#overload = new Overload(memory, this.ambient);
    this.longTerm = new LongTerm(memory, pipe, this.#overload, this.ambient);
    this.cycle = new ProbeCycle(
      memory,
      this.#rounds,
      pipe,
      this.#bandwidth,
      this.#fullPipe,
      this.#overload,
      this.longTerm,
      this.ambient,
      this.#wait,
    );
    this.probeRtt = new ProbeRtt(memory, this.#rounds, pipe, this.#overload, this.cycle);
  }

  initialize(nowMicros: number): void {
    this.#bandwidth.initialize();
    this.#minimumRtt.initialize(nowMicros);
    this.#wait.initialize();
    this.ambient.initialize();
    this.#overload.initialize();
    this.longTerm.initialize();
  }

  acknowledged(held: SendLock, sample: RateSample): void {
    this.#startOverIfPathIsLonger(held);
    this.#rounds.acknowledged(held, sample);
    this.#bandwidth.acknowledged(held, sample);
    this.#overload.acknowledged(held, sample);
    this.aggregation.acknowledged(held, sample);
    this.#fullPipe.acknowledged(held, sample, this.#rounds.isStart);
    this.#endStartupIfDone(held);
    this.#endDrainIfDone(held, sample.nowMicros);
    this.cycle.acknowledged(held, sample);
    const isTime = this.#minimumRtt.acknowledged(held, sample.rttMicros, sample.nowMicros);
    this.probeRtt.acknowledged(held, isTime, sample.nowMicros);
    this.#overload.advance(held, sample);
    this.#bandwidth.bound(held);
  }

  /** Losses of the last recovery were none: back to what was known, and done, before it. */
  undo(held: SendLock, nowMicros: number): void {
    const { bbr } = this.memory;
    this.#restore(BbrValue.shortTermBandwidth, BbrValue.undoBandwidth);
    this.#restore(BbrValue.shortTermInFlight, BbrValue.undoShortTerm);
    this.#restore(BbrValue.longTermInFlight, BbrValue.undoLongTerm);
    this.#fullPipe.lookAgain(held, 0);
    const [state, before] = [bbr[BbrValue.state], bbr[BbrValue.undoState]];
    if (state === before || state === BbrState.probeRtt) return;
    if (before === BbrState.startup) {
      bbr[BbrValue.fullBandwidthReached] = 0;
      bbr[BbrValue.state] = BbrState.startup;
    } else if (before === BbrState.up && isProbingBandwidth(state)) {
      this.cycle.refill(held, nowMicros);
    }
    this.aggregation.restart(held, nowMicros);
  }

  /**
   * That a path shuffles datagrams shows only after a few round trips, in which late ones were taken
   * for lost and quick ones for round trips: what startup has found by then is worth nothing.
   */
  #startOverIfPathIsLonger(held: SendLock): void {
    const { bbr } = this.memory;
    const now = lateness(this.memory, held);
    const notable = Math.max(bbr[BbrValue.minimumRtt], NOTABLE_MICROS);
    if (now <= 2 * bbr[BbrValue.knownLateness] + notable) return;
    bbr[BbrValue.knownLateness] = now;
    bbr[BbrValue.fullBandwidthReached] = 0;
    bbr[BbrValue.longTermInFlight] = Infinity;
    bbr[BbrValue.state] = BbrState.startup;
    this.#overload.forgetBounds(held);
    this.#fullPipe.lookAgain(held, 0);
  }

  /** BBRCheckStartupDone, BBRCheckStartupHighLoss. */
  #endStartupIfDone(held: SendLock): void {
    const { bbr } = this.memory;
    if (bbr[BbrValue.state] !== BbrState.startup) return;
    if (this.#overload.roundWasOverloaded) {
      bbr[BbrValue.fullBandwidthReached] = 1;
      const product = this.pipe.product(held, bbr[BbrValue.maximumBandwidth], 1);
      bbr[BbrValue.longTermInFlight] = Math.max(product, bbr[BbrValue.latestInFlight]);
    }
    if (bbr[BbrValue.fullBandwidthReached] === 1) bbr[BbrValue.state] = BbrState.drain;
  }

  #endDrainIfDone(held: SendLock, nowMicros: number): void {
    const { bbr, congestion } = this.memory;
    if (bbr[BbrValue.state] !== BbrState.drain) return;
    const full = this.pipe.inFlight(held, bbr[BbrValue.maximumBandwidth], 1);
    if (congestion[CongestionValue.inFlightBytes] > full) return;
    // What startup has made the queue drop is no property of the path.
    this.ambient.forget();
    this.cycle.down(held, nowMicros);
  }

  #restore(value: number, saved: number): void {
    const { bbr } = this.memory;
    bbr[value] = Math.max(bbr[value], bbr[saved]);
  }
}
