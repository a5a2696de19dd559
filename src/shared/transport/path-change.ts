/**
 * The peer is at another host from now on. What was measured on the way to the one before says nothing
 * of the new way: round-trip times, congestion control, reordering and the size of datagrams begin anew
 * (RFC 9000 §9.4). What is still on the old way counts as lost, without blame: it is sent again as far
 * as the new window lets it, unless it is acknowledged after all; but is never a sample of the new path.
 * Needs the send lock.
 */
import { type ConnectionMemory, NONE, type SendLock } from '../memory/connection-memory.js';
import { SendTime, SendWord } from '../memory/layout.js';
import type { CongestionControl } from './congestion/congestion-control.js';
import type { PathMtu } from './path-mtu/path-mtu.js';
import type { ReorderingWindow } from './reordering-window.js';
import type { RetransmissionTimers } from './retransmission-timers.js';
import type { RttEstimator } from './rtt-estimator.js';
import { type SendWindow } from './send-window.js';
import { LossCause } from './slot-states.js';
import { Timer } from './timers.js';

export class PathChange {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly rtt: RttEstimator,
    private readonly reordering: ReorderingWindow,
    private readonly congestion: CongestionControl,
    private readonly pathMtu: PathMtu,
    private readonly timers: RetransmissionTimers,
  ) {}

  begin(held: SendLock, nowMicros: number): void {
    this.memory.sendTimes[SendTime.pathSince] = this.#beginning(held, nowMicros);
    this.#giveUpFlight(held);
    this.#forgetLosses(held);
    this.rtt.initialize();
    this.reordering.initialize();
    // Before congestion control, which reckons in full segments.
    this.pathMtu.pathChanged(held);
    this.#forgetCongestion(nowMicros);
    this.timers.rearm(held, nowMicros);
  }

  /** Another thread may have looked at the clock later, and sent earlier. */
  #beginning(held: SendLock, nowMicros: number): number {
    const last = this.window.inFlight.last(held);
    return last === NONE ? nowMicros : Math.max(nowMicros, this.memory.slotLastSent[last] + 1);
  }

  #giveUpFlight(held: SendLock): void {
    const { inFlight } = this.window;
    for (let slot = inFlight.first(held); slot !== NONE; slot = inFlight.first(held)) {
      this.window.markLost(held, slot, LossCause.timeout);
    }
  }

  #forgetLosses(_held: SendLock): void {
    const { send, sendTimes, deadlines } = this.memory;
    for (const word of [
      SendWord.backOff,
      SendWord.inRecovery,
      SendWord.tailProbeOut,
      SendWord.tailProbePending,
      SendWord.reorderingSeen,
      SendWord.reorderingPersist,
    ]) {
      send[word] = 0;
    }
    for (const time of [
      SendTime.smoothedRtt,
      SendTime.rttVariance,
      SendTime.rackSentAt,
      SendTime.rackRtt,
      SendTime.reorderingExtent,
    ]) {
      sendTimes[time] = 0;
    }
    deadlines[Timer.reordering] = Infinity;
  }

  #forgetCongestion(nowMicros: number): void {
    const { congestion, cubic, bbr } = this.memory;
    for (const values of [congestion, cubic, bbr]) values.fill(0);
    this.congestion.initialize(nowMicros);
  }
}
