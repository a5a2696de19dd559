/**
 * How large datagrams may be: path MTU discovery without ICMP, RFC 8899. A probe is a challenge with
 * padding; an answer proves that its size gets through. What is proved is used until full segments
 * are lost again and again while nothing of their size arrives: a black hole, after which the size
 * falls to one that every path carries, and the search begins anew.
 *
 * ```
 *   fixed          nothing to find: the settings or the peer leave no choice
 *     │ black hole
 *     ▼
 *   due ─▶ searching ⇄ complete        due: begins when a full segment has arrived
 *    ▲          │          │
 *    └──────────┴──────────┘ black hole
 * ```
 *
 * Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { SendCounter, SendTime, SendWord } from '../../memory/layout.js';
import { HEADER_RESERVE_BYTES, MIN_MAXIMUM_DATAGRAM } from '../../wire/segment.js';
import { FIN_BIT } from '../slot-states.js';
import type { TransportSettings } from '../settings.js';
import { Timer } from '../timers.js';
import { payloadLimit } from './payload-limit.js';
import { BASE_DATAGRAM_BYTES, nextProbeBytes } from './search.js';

export const PathState = { fixed: 0, due: 1, searching: 2, complete: 3 } as const;
export type PathState = (typeof PathState)[keyof typeof PathState];

/** What a peer takes whose opening has not come yet (docs/wire-format.md, A.8). */
const UNKNOWN_PEER_MAXIMUM = 1472;
/** MAX_PROBES of RFC 8899 §5.1.2; so often one segment is lost before its size is doubted. */
const MAXIMUM_PROBES = 3;
/** So many time-outs in a row, each of another segment, count as much. */
const TIMEOUTS_OF_A_BLACK_HOLE = 2;
/** PMTU_RAISE_TIMER of RFC 8899 §5.1.1. */
const RAISE_MICROS = 600_000_000;

export class PathMtu {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly settings: TransportSettings,
  ) {}

  /** Before the threads start, and when a peer turns out not to be one. */
  initialize(): void {
    const { send, sendTimes, deadlines } = this.memory;
    send[SendWord.peerMaximumDatagram] = UNKNOWN_PEER_MAXIMUM;
    send[SendWord.pathDatagramBytes] = this.#first();
    send[SendWord.pathState] = PathState.fixed;
    send[SendWord.pathProbeBytes] = 0;
    send[SendWord.pathProbeWanted] = 0;
    sendTimes[SendTime.largeDeliveredAt] = -Infinity;
    deadlines[Timer.pathMtu] = Infinity;
  }

  /** The peer's opening says what it takes. */
  peerFound(held: SendLock, maximumDatagram: number): void {
    this.memory.send[SendWord.peerMaximumDatagram] = maximumDatagram;
    this.#look(held);
  }

  /** Of the path to where the peer is now nothing is known. */
  pathChanged(held: SendLock): void {
    this.memory.send[SendWord.pathProbeWanted] = 0;
    this.memory.sendTimes[SendTime.largeDeliveredAt] = -Infinity;
    this.memory.deadlines[Timer.pathMtu] = Infinity;
    this.#look(held);
  }

  /** Begins with what paths carry; larger sizes are looked for if there may be any. */
  #look(_held: SendLock): void {
    const { send } = this.memory;
    send[SendWord.pathDatagramBytes] = this.#first();
    send[SendWord.pathState] = this.#first() < this.#top() ? PathState.due : PathState.fixed;
  }

  /** The largest of the segments just found delivered had so much payload. */
  noteDelivered(held: SendLock, payloadBytes: number, nowMicros: number): void {
    if (payloadBytes < payloadLimit(this.memory, held)) return;
    const { send, sendTimes } = this.memory;
    sendTimes[SendTime.largeDeliveredAt] = nowMicros;
    if (send[SendWord.pathState] === PathState.due && send[SendWord.peerKnowsUs] === 1) {
      this.#begin(nowMicros);
    }
  }

  /** Size of the probe that is to be sent now; 0 if none is. */
  wantedProbeBytes(_held: SendLock): number {
    const { send } = this.memory;
    return send[SendWord.pathProbeWanted] === 1 ? send[SendWord.pathProbeBytes] : 0;
  }

  probeSent(_held: SendLock, nowMicros: number): void {
    const { send, sendTimes, sendCounters } = this.memory;
    send[SendWord.pathProbeWanted] = 0;
    sendTimes[SendTime.pathProbeSentAt] = nowMicros;
    sendCounters[SendCounter.pathProbesSent] += 1;
    this.#armProbe(nowMicros);
  }

  /** A probe of this size has arrived: also one that had been given up. */
  answered(_held: SendLock, bytes: number, nowMicros: number): void {
    const { send } = this.memory;
    const state = send[SendWord.pathState];
    if (state === PathState.fixed || bytes > this.#top()) return;
    if (bytes <= send[SendWord.pathDatagramBytes]) return;
    send[SendWord.pathDatagramBytes] = bytes;
    send[SendWord.pathCeiling] = Math.max(send[SendWord.pathCeiling], bytes + 1);
    if (state === PathState.searching && bytes >= send[SendWord.pathProbeBytes]) {
      this.#goOn(nowMicros);
    }
  }

  /** The probe timer, or the one to search again after a long time. */
  onTimer(_held: SendLock, nowMicros: number): void {
    const { send, sendTimes, sendCounters } = this.memory;
    if (send[SendWord.pathState] === PathState.complete) {
      this.#begin(nowMicros);
      return;
    }
    if (send[SendWord.pathState] !== PathState.searching) return;
    // While nothing at all is heard, silence says nothing about one size.
    const heard = sendTimes[SendTime.lastHeardAt] > sendTimes[SendTime.pathProbeSentAt];
    if (send[SendWord.pathProbeWanted] === 1 || !heard) {
      this.#armProbe(nowMicros);
      return;
    }
    sendCounters[SendCounter.pathProbesLost] += 1;
    send[SendWord.pathProbesLost] += 1;
    if (send[SendWord.pathProbesLost] < MAXIMUM_PROBES) send[SendWord.pathProbeWanted] = 1;
    else this.#giveUpSize(send[SendWord.pathProbeBytes], nowMicros);
  }

  /** The system does not even send datagrams of this size (EMSGSIZE). */
  refused(held: SendLock, bytes: number, nowMicros: number): void {
    const { send } = this.memory;
    if (bytes <= send[SendWord.pathDatagramBytes]) this.fallBack(held);
    else if (send[SendWord.pathState] === PathState.searching) this.#giveUpSize(bytes, nowMicros);
  }

  /**
   * Whether the segment of this slot, about to be sent again, is better not sent whole: nothing at
   * all has been acknowledged for so many time-outs, or, where sizes are looked for, nothing of full
   * size since this one segment was sent for the third time.
   */
  isBlackHole(_held: SendLock, slot: number): boolean {
    const { send, sendTimes, slotLength, slotTimesSent, slotLastSent } = this.memory;
    const current = send[SendWord.pathDatagramBytes];
    if (current <= MIN_MAXIMUM_DATAGRAM) return false;
    const isFixed = send[SendWord.pathState] === PathState.fixed;
    // Below the base, and below what was never in question, only after it has been tried twice as often.
    const patience = current > BASE_DATAGRAM_BYTES && !isFixed ? 1 : 2;
    const bytes = (slotLength[slot] & ~FIN_BIT) + HEADER_RESERVE_BYTES;
    const silent = send[SendWord.backOff] >= patience * TIMEOUTS_OF_A_BLACK_HOLE;
    // Nothing gets through: also what is not larger than the next size may be too large.
    if (silent && bytes > MIN_MAXIMUM_DATAGRAM) return true;
    if (isFixed) return false;
    const alone =
      slotTimesSent[slot] >= patience * MAXIMUM_PROBES &&
      sendTimes[SendTime.largeDeliveredAt] < slotLastSent[slot];
    return alone && bytes > lowerThan(current);
  }

  /** Uses a size that is safe, and searches again once it has been seen to be. */
  fallBack(_held: SendLock): void {
    const { send, sendCounters, deadlines } = this.memory;
    send[SendWord.pathDatagramBytes] = lowerThan(send[SendWord.pathDatagramBytes]);
    send[SendWord.pathProbeWanted] = 0;
    send[SendWord.pathState] = PathState.due;
    sendCounters[SendCounter.pathBlackHoles] += 1;
    deadlines[Timer.pathMtu] = Infinity;
  }

  #begin(nowMicros: number): void {
    const { send } = this.memory;
    send[SendWord.pathState] = PathState.searching;
    send[SendWord.pathCeiling] = this.#top() + 1;
    this.#goOn(nowMicros);
  }

  #giveUpSize(bytes: number, nowMicros: number): void {
    this.memory.send[SendWord.pathCeiling] = bytes;
    this.#goOn(nowMicros);
  }

  #goOn(nowMicros: number): void {
    const { send, deadlines } = this.memory;
    const { pathDatagramBytes, pathCeiling } = SendWord;
    const next = nextProbeBytes(send[pathDatagramBytes], send[pathCeiling], this.#top());
    send[SendWord.pathProbeBytes] = next;
    send[SendWord.pathProbesLost] = 0;
    send[SendWord.pathProbeWanted] = next > 0 ? 1 : 0;
    if (next > 0) return;
    send[SendWord.pathState] = PathState.complete;
    deadlines[Timer.pathMtu] = nowMicros + RAISE_MICROS;
  }

  #armProbe(nowMicros: number): void {
    const { deadlines, sendTimes } = this.memory;
    deadlines[Timer.pathMtu] = nowMicros + sendTimes[SendTime.retransmissionTimeout];
  }

  #first(): number {
    return Math.min(this.settings.initialDatagramBytes, this.#top());
  }

  #top(): number {
    const peer = this.memory.send[SendWord.peerMaximumDatagram];
    return Math.min(this.settings.maximumDatagramBytes, peer);
  }
}

/** MIN_PLPMTU of RFC 8899 is ours: what every peer must take. */
function lowerThan(bytes: number): number {
  return bytes > BASE_DATAGRAM_BYTES ? BASE_DATAGRAM_BYTES : MIN_MAXIMUM_DATAGRAM;
}
