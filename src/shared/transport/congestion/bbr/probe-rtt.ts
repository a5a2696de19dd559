/**
 * Half a pipe for 200 ms and a round trip, so that queues empty and the smallest RTT is seen:
 * draft-ietf-ccwg-bbr §5.3.4. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue } from '../../../memory/layout.js';
import type { Overload } from './overload.js';
import type { Pipe } from './pipe.js';
import type { ProbeCycle } from './probe-cycle.js';
import type { Rounds } from './rounds.js';
import { AckPhase, BbrState } from './state.js';

const DURATION_MICROS = 200_000;

export class ProbeRtt {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly rounds: Rounds,
    private readonly pipe: Pipe,
    private readonly overload: Overload,
    private readonly cycle: ProbeCycle,
  ) {}

  /** BBRCheckProbeRTT; `isTime` if no RTT came near the smallest for a while. */
  acknowledged(held: SendLock, isTime: boolean, nowMicros: number): void {
    const { bbr } = this.memory;
    if (bbr[BbrValue.state] === BbrState.probeRtt) this.#go(held, nowMicros);
    else if (isTime && bbr[BbrValue.idleRestart] === 0) this.#begin(held, nowMicros);
    bbr[BbrValue.idleRestart] = 0;
  }

  /** BBRCheckProbeRTTDone. */
  endIfDone(held: SendLock, nowMicros: number): void {
    const { bbr } = this.memory;
    const doneAt = bbr[BbrValue.probeRttDoneAt];
    if (doneAt === 0 || nowMicros <= doneAt) return;
    bbr[BbrValue.probeRttMinimumAt] = nowMicros;
    this.overload.forgetBounds(held);
    if (bbr[BbrValue.fullBandwidthReached] === 0) {
      bbr[BbrValue.state] = BbrState.startup;
      return;
    }
    this.cycle.down(held, nowMicros);
    this.cycle.cruise(held);
  }

  #begin(held: SendLock, nowMicros: number): void {
    const { bbr, congestion } = this.memory;
    const window = congestion[CongestionValue.windowBytes];
    bbr[BbrValue.savedWindow] = Math.max(bbr[BbrValue.savedWindow], window);
    bbr[BbrValue.probeRttDoneAt] = 0;
    bbr[BbrValue.state] = BbrState.probeRtt;
    bbr[BbrValue.acknowledgmentPhase] = AckPhase.probeStopping;
    this.rounds.begin(held, nowMicros);
  }

  #go(held: SendLock, nowMicros: number): void {
    const { bbr, congestion } = this.memory;
    const { inFlightBytes, deliveredBytes, applicationLimitedUntil } = CongestionValue;
    const inFlight = congestion[inFlightBytes];
    // That little gets through now is our doing.
    congestion[applicationLimitedUntil] = congestion[deliveredBytes] + inFlight;
    if (bbr[BbrValue.probeRttDoneAt] === 0) {
      if (inFlight > this.pipe.whileProbingRtt(held)) return;
      bbr[BbrValue.probeRttDoneAt] = nowMicros + DURATION_MICROS;
      bbr[BbrValue.probeRttRoundDone] = 0;
      this.rounds.begin(held, nowMicros);
      return;
    }
    if (this.rounds.isStart) bbr[BbrValue.probeRttRoundDone] = 1;
    if (bbr[BbrValue.probeRttRoundDone] === 1) this.endIfDone(held, nowMicros);
  }
}
