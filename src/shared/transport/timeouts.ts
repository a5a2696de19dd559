/**
 * What happens when a deadline passes: one small handler a timer. The timer thread calls `expire`
 * and then lets output run; `earliest` tells it how long it may sleep. Needs the send lock.
 */
import { SendCounter, SendTime, SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { ResetReason } from '../wire/segment.js';
import type { Acknowledgments } from './acknowledgments.js';
import type { Life } from './life.js';
import type { LossDetection } from './loss-detection.js';
import type { PathMtu } from './path-mtu/path-mtu.js';
import type { Rest } from './rest.js';
import type { SendWindow } from './send-window.js';
import type { TransportSettings } from './settings.js';
import { Timer, TIMER_COUNT } from './timers.js';

type Handler = (held: SendLock, nowMicros: number) => void;

export class Timeouts {
  readonly #handlers: Readonly<Record<number, Handler>> = {
    [Timer.retransmission]: (held, now) => {
      this.losses.onRetransmissionTimeout(held, now);
    },
    [Timer.reordering]: (held, now) => {
      this.losses.detect(held, now);
    },
    [Timer.tailLossProbe]: (held, now) => {
      this.losses.onTailLossProbe(held, now);
    },
    [Timer.nagleFlush]: () => {
      this.memory.send[SendWord.flushWanted] = 1;
    },
    [Timer.windowProbe]: () => {
      this.memory.send[SendWord.probesUnanswered] += 1;
      this.#probe(SendCounter.windowProbesSent);
    },
    [Timer.keepAlive]: (_held, now) => {
      this.#onKeepAlive(now);
    },
    [Timer.idle]: (held, now) => {
      this.#onIdle(held, now);
    },
    [Timer.opening]: () => {
      this.memory.send[SendWord.probeWanted] = 1;
      this.memory.send[SendWord.backOff] += 1;
    },
    [Timer.pathMtu]: (held, now) => {
      this.pathMtu.onTimer(held, now);
    },
    [Timer.rest]: (held, now) => {
      this.rest.onTimer(held, now);
    },
    [Timer.timeWait]: (held, now) => {
      this.life.on(held, 'expired', now);
    },
    // Output follows every expiry, and that is all it takes.
    [Timer.pacing]: () => undefined,
  };

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly losses: LossDetection,
    private readonly pathMtu: PathMtu,
    private readonly acknowledgments: Acknowledgments,
    private readonly life: Life,
    private readonly rest: Rest,
    private readonly settings: TransportSettings,
  ) {}

  /** Runs the handlers of all deadlines that have passed. True if there were any. */
  expire(held: SendLock, nowMicros: number): boolean {
    const { deadlines } = this.memory;
    let any = this.#expireAcknowledgment(nowMicros);
    // Whoever was at work when the connection was closed may have set one since.
    if (this.life.isClosed(held)) deadlines.fill(Infinity);
    for (let timer = 0; timer < TIMER_COUNT; timer++) {
      if (deadlines[timer] > nowMicros) continue;
      deadlines[timer] = Infinity;
      this.#handlers[timer](held, nowMicros);
      any = true;
    }
    return any;
  }

  /** The next deadline of any kind; Infinity if there is none. */
  earliest(_held: SendLock): number {
    const { deadlines } = this.memory;
    let earliest = this.#acknowledgmentDeadline();
    // By index: an iterator costs more than all else here until it is compiled away.
    for (let timer = 0; timer < TIMER_COUNT; timer++) {
      if (deadlines[timer] < earliest) earliest = deadlines[timer];
    }
    return earliest;
  }

  /** Rings the timer thread if it would sleep past a deadline that was just set. */
  wakeTimerIfLate(held: SendLock): void {
    const { sendTimes } = this.memory;
    const earliest = this.earliest(held);
    if (earliest >= sendTimes[SendTime.timerSleepsUntil]) return;
    sendTimes[SendTime.timerSleepsUntil] = earliest;
    this.memory.callTimer.ring();
  }

  #expireAcknowledgment(nowMicros: number): boolean {
    return this.memory.receiveMutex.hold((receive) =>
      this.acknowledgments.expire(receive, nowMicros),
    );
  }

  #acknowledgmentDeadline(): number {
    return this.memory.receiveMutex.hold((receive) => this.acknowledgments.deadline(receive));
  }

  /** The deadline is not moved at each arrival, so here is where it learns of them. */
  #onKeepAlive(nowMicros: number): void {
    const { deadlines, sendTimes } = this.memory;
    const { idleTimeoutMicros } = this.settings;
    const quietUntil = keepAliveAt(sendTimes, sendTimes[SendTime.lastHeardAt]);
    deadlines[Timer.keepAlive] = quietUntil;
    if (quietUntil > nowMicros) return;
    this.#probe(SendCounter.keepAlivesSent);
    // Some of the questions and answers may be lost, and the peer must not be given up for that.
    deadlines[Timer.keepAlive] = nowMicros + idleTimeoutMicros / 12;
  }

  #onIdle(held: SendLock, nowMicros: number): void {
    const { deadlines, send, sendTimes } = this.memory;
    const lastHeardAt = sendTimes[SendTime.lastHeardAt];
    if (send[SendWord.peerConnectionId] === 0) {
      const text = `the peer did not come within ${seconds(this.settings.connectTimeoutMicros)}; check that it runs, and its address and port`;
      this.life.abort(held, 'ERR_HAWSER_CONNECT_TIMEOUT', text, nowMicros);
    } else if (nowMicros - lastHeardAt >= this.settings.idleTimeoutMicros) {
      this.#giveUp(held, nowMicros);
    } else {
      deadlines[Timer.idle] = lastHeardAt + this.settings.idleTimeoutMicros;
    }
  }

  /** A peer that has ended its stream and has all of ours is not lost but done: it does not answer. */
  #giveUp(held: SendLock, nowMicros: number): void {
    if (this.window.hasDeliveredAllBytes(held)) this.life.on(held, 'peerComplete', nowMicros);
    if (this.life.isClosed(held)) return;
    const text = `nothing was heard from the peer for ${seconds(this.settings.idleTimeoutMicros)}; it is gone, or the path is`;
    this.life.abortAndTell(held, 'ERR_HAWSER_PEER_LOST', text, ResetReason.idle, nowMicros);
  }

  #probe(counter: number): void {
    this.memory.send[SendWord.probeWanted] = 1;
    this.memory.sendCounters[counter] += 1;
  }
}

function seconds(micros: number): string {
  return `${micros / 1e6} s`;
}

/** Infinity if the peer is never asked. */
export function keepAliveAt(sendTimes: Float64Array, heardAt: number): number {
  const after = sendTimes[SendTime.keepAliveAfter];
  return after === 0 ? Infinity : heardAt + after;
}
