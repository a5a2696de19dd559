/**
 * The cycle that probes for bandwidth, draft-ietf-ccwg-bbr §5.3.3: one function a step, named as the
 * state it leads to. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue } from '../../../memory/layout.js';
import type { RateSample } from '../delivery-rate.js';
import { isWindowLimited } from '../window-use.js';
import type { AmbientLoss } from './ambient-loss.js';
import type { Bandwidth } from './bandwidth.js';
import type { FullPipe } from './full-pipe.js';
import { lateness } from './lateness.js';
import type { LongTerm } from './long-term.js';
import type { Overload } from './overload.js';
import type { Pipe } from './pipe.js';
import type { ProbeWait } from './probe-wait.js';
import type { Rounds } from './rounds.js';
import { AckPhase, BbrState, isProbingBandwidth } from './state.js';

/** Half a round trip of waiting. */
const LONG_QUEUE = 1.5;

export class ProbeCycle {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly rounds: Rounds,
    private readonly pipe: Pipe,
    private readonly bandwidth: Bandwidth,
    private readonly fullPipe: FullPipe,
    private readonly overload: Overload,
    private readonly longTerm: LongTerm,
    private readonly ambient: AmbientLoss,
    private readonly wait: ProbeWait,
  ) {}

  /** BBRUpdateProbeBWCyclePhase. */
  acknowledged(held: SendLock, sample: RateSample): void {
    const { bbr } = this.memory;
    if (bbr[BbrValue.fullBandwidthReached] === 0) return;
    this.#followPhase(held, sample);
    const tooMuch = this.longTerm.acknowledged(held, sample, this.rounds.isStart);
    if (tooMuch) this.down(held, sample.nowMicros);
    const state = bbr[BbrValue.state];
    if (!isProbingBandwidth(state)) return;
    if (state === BbrState.refill) {
      if (this.rounds.isStart) this.#up(held, sample);
    } else if (state === BbrState.up) {
      if (this.#isTimeToGoDown(held, sample) || this.#hasLongQueue(held, sample)) {
        this.longTerm.probed(held, sample);
        this.down(held, sample.nowMicros);
      }
    } else if (this.wait.isOver(held, sample.nowMicros)) {
      this.refill(held, sample.nowMicros);
    } else if (state === BbrState.down && this.#isTimeToCruise(held)) {
      this.cruise(held);
    }
  }

  down(held: SendLock, nowMicros: number): void {
    this.overload.reset(held);
    this.wait.begin(held, nowMicros);
    this.#enter(held, BbrState.down, AckPhase.probeStopping, nowMicros);
  }

  cruise(held: SendLock): void {
    this.ambient.settle(held);
    this.memory.bbr[BbrValue.state] = BbrState.cruise;
  }

  refill(held: SendLock, nowMicros: number): void {
    const { bbr } = this.memory;
    this.ambient.settle(held);
    this.overload.forgetBounds(held);
    bbr[BbrValue.probeUpRounds] = 0;
    bbr[BbrValue.probeUpBytes] = 0;
    this.#enter(held, BbrState.refill, AckPhase.refilling, nowMicros);
  }

  #up(held: SendLock, { rate, nowMicros }: RateSample): void {
    this.memory.bbr[BbrValue.probeSamples] = 1;
    this.ambient.beginCycle();
    this.fullPipe.lookAgain(held, rate);
    this.#enter(held, BbrState.up, AckPhase.probeStarting, nowMicros);
    this.longTerm.steepen(held);
  }

  /** The first part of BBRAdaptLongTermModel: what the acknowledgments tell of. */
  #followPhase(held: SendLock, { isLimited }: RateSample): void {
    if (!this.rounds.isStart) return;
    const { bbr } = this.memory;
    const phase = bbr[BbrValue.acknowledgmentPhase];
    if (phase === AckPhase.probeStarting) {
      bbr[BbrValue.acknowledgmentPhase] = AckPhase.probeFeedback;
    } else if (phase === AckPhase.probeStopping) {
      bbr[BbrValue.probeSamples] = 0;
      bbr[BbrValue.acknowledgmentPhase] = AckPhase.settled;
      if (isProbingBandwidth(bbr[BbrValue.state]) && !isLimited) this.bandwidth.advanceCycle(held);
    }
  }

  #isTimeToGoDown(held: SendLock, { rate }: RateSample): boolean {
    const { bbr, congestion } = this.memory;
    const window = congestion[CongestionValue.windowBytes];
    if (isWindowLimited(this.memory, held) && window >= bbr[BbrValue.longTermInFlight]) {
      // The bound is in the way, and is being raised: that the rate stays says nothing.
      this.fullPipe.lookAgain(held, rate);
      return false;
    }
    return bbr[BbrValue.fullBandwidthNow] === 1;
  }

  /** There is no more to be found: what is sent beyond it waits, and others wait with it. */
  #hasLongQueue(held: SendLock, { rttMicros }: RateSample): boolean {
    const { bbr } = this.memory;
    if (bbr[BbrValue.acknowledgmentPhase] !== AckPhase.probeFeedback) return false;
    const longest = LONG_QUEUE * bbr[BbrValue.minimumRtt] + lateness(this.memory, held);
    return rttMicros > longest;
  }

  #isTimeToCruise(held: SendLock): boolean {
    const inFlight = this.memory.congestion[CongestionValue.inFlightBytes];
    if (inFlight > this.pipe.withHeadroom(held)) return false;
    const { maximumBandwidth } = BbrValue;
    return inFlight <= this.pipe.inFlight(held, this.memory.bbr[maximumBandwidth], 1);
  }

  #enter(held: SendLock, state: BbrState, phase: number, nowMicros: number): void {
    const { bbr } = this.memory;
    bbr[BbrValue.state] = state;
    bbr[BbrValue.acknowledgmentPhase] = phase;
    this.rounds.begin(held, nowMicros);
  }
}
