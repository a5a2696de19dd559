/**
 * The timers that depend on what waits to be sent: Nagle, window probe, opening, pacing. Set after
 * each transmission, and when bytes were added. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { SendTime, SendWord } from '../memory/layout.js';
import type { CongestionControl } from './congestion/congestion-control.js';
import type { RetransmissionTimers } from './retransmission-timers.js';
import type { SendPermission } from './send-permission.js';
import type { SendWindow } from './send-window.js';
import type { TransportSettings } from './settings.js';
import { Timer } from './timers.js';

export class OutputTimers {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly permission: SendPermission,
    private readonly retransmission: RetransmissionTimers,
    private readonly congestion: CongestionControl,
    private readonly settings: TransportSettings,
  ) {}

  arm(held: SendLock, nowMicros: number, isPortFull: boolean): void {
    this.#armNagle(held);
    this.#armWindowProbe(held, nowMicros);
    this.#armOpening(held, nowMicros);
    this.#armPacing(held, nowMicros, isPortFull);
  }

  /** A partial segment with nothing before it waits for its hold time; else acknowledgments drive it. */
  #armNagle(held: SendLock): void {
    const { send, sendTimes, deadlines } = this.memory;
    const waits =
      send[SendWord.openSlotBytes] > 0 &&
      send[SendWord.flushWanted] === 0 &&
      !this.window.hasQueued(held) &&
      this.permission.outstanding(held) === 0;
    deadlines[Timer.nagleFlush] = waits
      ? sendTimes[SendTime.openSlotSince] + this.settings.holdMicros
      : Infinity;
  }

  /** RFC 9293 §3.8.6.1: only while nothing is in flight that would be answered anyway. */
  #armWindowProbe(held: SendLock, nowMicros: number): void {
    const { send, deadlines, sendTimes } = this.memory;
    const blocked =
      this.window.hasQueued(held) &&
      !this.permission.isWithinLimit(held) &&
      this.permission.outstanding(held) === 0;
    if (!blocked) {
      deadlines[Timer.windowProbe] = Infinity;
      send[SendWord.probesUnanswered] = 0;
    } else if (deadlines[Timer.windowProbe] === Infinity) {
      const timeout =
        sendTimes[SendTime.retransmissionTimeout] * 2 ** send[SendWord.probesUnanswered];
      deadlines[Timer.windowProbe] =
        nowMicros + Math.min(timeout, this.settings.maximumTimeoutMicros);
    }
  }

  #armOpening(held: SendLock, nowMicros: number): void {
    const { deadlines } = this.memory;
    if (!this.#opensAgain(held)) deadlines[Timer.opening] = Infinity;
    else if (deadlines[Timer.opening] === Infinity) {
      deadlines[Timer.opening] = nowMicros + this.retransmission.timeout(held);
    }
  }

  /** A greeting that may be lost is repeated, but to nobody yet only by a side that has something to say. */
  #opensAgain(held: SendLock): boolean {
    const wanted = this.permission.hasUnsent(held) || this.settings.insist;
    return (wanted && !this.permission.maySpeak(held)) || this.#mayBeUnheard(held);
  }

  /**
   * A peer whose proof that it knows us was lost may wait for our first word, which waits for that proof. And one that
   * ours has not reached may not speak, nor ask for it any more, RFC 9002 §6.2.2.1.
   */
  #mayBeUnheard(held: SendLock): boolean {
    const { permission, settings, memory } = this;
    if (!settings.greet || !permission.peerIsKnown(held)) return false;
    return memory.send[SendWord.peerIsAssured] === 0 && permission.outstanding(held) === 0;
  }

  /** Not for what the port holds back: the time for that is past, and would be so again and again. */
  #armPacing(held: SendLock, nowMicros: number, isPortFull: boolean): void {
    const waits = this.congestion.paces && !isPortFull && this.permission.hasSendable(held);
    this.memory.deadlines[Timer.pacing] = waits
      ? this.congestion.nextSendAt(held, nowMicros)
      : Infinity;
  }
}
