/**
 * When an answer is given up: the retransmission timer of RFC 6298, and the tail loss probe that goes
 * before it, RFC 8985 §7.2. What happens then is in loss-detection.ts. Every function needs the send
 * lock.
 */
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { SendTime, SendWord } from '../memory/layout.js';
import { State } from './connection-state.js';
import { payloadLimit } from './path-mtu/payload-limit.js';
import type { RttEstimator } from './rtt-estimator.js';
import type { SendWindow } from './send-window.js';
import type { TransportSettings } from './settings.js';
import { FIN_BIT } from './slot-states.js';
import { Timer } from './timers.js';

/** Scheduling and batching at the peer may hold an answer up by this much on top of its delay. */
const PROBE_SLACK_MICROS = 10_000;
/** So often a repeated FIN can be answered before the peer leaves TIME-WAIT. */
const ANSWERS_IN_TIME_WAIT = 8;
/**
 * Parts are not acknowledged: a few may get through each time, with nothing to be seen of it here. So
 * the time-out does not double beyond this.
 */
const PARTS_TIMEOUT_MICROS = 1_000_000;

export class RetransmissionTimers {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly rtt: RttEstimator,
    private readonly settings: TransportSettings,
  ) {}

  /** How long to wait for an answer: the RTO with its back-off, bounded at both ends of the life. */
  timeout(held: SendLock): number {
    return Math.min(this.rtt.timeout(held), this.#longestTimeout(held));
  }

  #longestTimeout(held: SendLock): number {
    const { send, sendTimes } = this.memory;
    const { openingTimeoutLimitMicros, timeWaitMicros } = this.settings;
    if (send[SendWord.peerConnectionId] === 0) return openingTimeoutLimitMicros;
    const state = send[SendWord.state] as State;
    if (state !== State.lastAck && state !== State.closing) {
      if (!this.#goesInParts(held)) return Infinity;
      return Math.max(PARTS_TIMEOUT_MICROS, sendTimes[SendTime.retransmissionTimeout]);
    }
    // The peer may be in TIME-WAIT: it is to be asked several times before it has gone.
    const quickest = this.rtt.minimum(held);
    const answer = quickest < Infinity ? 2 * quickest : 0;
    return Math.max(timeWaitMicros / ANSWERS_IN_TIME_WAIT, answer);
  }

  /** What is to be answered first is larger than the path carries. */
  #goesInParts(held: SendLock): boolean {
    const { slotLength } = this.memory;
    const oldest = this.window.slotOf(this.window.unacknowledged(held));
    return (slotLength[oldest] & ~FIN_BIT) > payloadLimit(this.memory, held);
  }

  /** Sets the retransmission timer and the probe timer after progress or a transmission. */
  rearm(held: SendLock, nowMicros: number): void {
    const { deadlines } = this.memory;
    const outstanding = this.window.inFlight.count(held) + this.window.lost.count(held);
    if (outstanding === 0) {
      deadlines[Timer.retransmission] = Infinity;
      deadlines[Timer.tailLossProbe] = Infinity;
      deadlines[Timer.reordering] = Infinity;
      return;
    }
    deadlines[Timer.retransmission] = nowMicros + this.timeout(held);
    deadlines[Timer.tailLossProbe] = this.#probeAt(held, nowMicros);
  }

  /** After a transmission: the timer runs already unless nothing was in flight (RFC 6298 §5.1). */
  armAfterSending(held: SendLock, nowMicros: number): void {
    const { deadlines } = this.memory;
    if (deadlines[Timer.retransmission] === Infinity) {
      deadlines[Timer.retransmission] = nowMicros + this.timeout(held);
    }
    deadlines[Timer.tailLossProbe] = this.#probeAt(held, nowMicros);
  }

  #probeAt(held: SendLock, nowMicros: number): number {
    const { send } = this.memory;
    // RFC 8985 §7.2: not while recovering from a time-out, when the next one asks soon enough. But in
    // any other recovery, as RFC 9002 §6.2: what is lost may wait for a flight of which nothing comes.
    if (
      send[SendWord.tailProbeOut] === 1 ||
      send[SendWord.backOff] > 0 ||
      !this.rtt.hasSample(held) ||
      this.window.inFlight.count(held) === 0
    ) {
      return Infinity;
    }
    const answerDelay = this.settings.acknowledgmentDelayMicros + PROBE_SLACK_MICROS;
    return nowMicros + 2 * this.rtt.smoothed(held) + answerDelay;
  }
}
