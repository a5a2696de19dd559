/**
 * Who the peer is (docs/wire-format.md, "Opening"). An opening rides on data; either side may open,
 * both may at once. A peer once known is kept: whoever else claims its place is answered with a
 * challenge to the one we know, which only a restarted peer answers with a reset.
 *
 * Listener's thread; takes the send lock, then the receive lock, when something changes.
 */
import { ReceiveWord, SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { Integrity, type Segment } from '../wire/segment.js';
import { advance, segmentNumber } from '../wire/serial.js';
import type { Acknowledgments } from './acknowledgments.js';
import { agreedIntegrity } from './integrity.js';
import type { Life } from './life.js';
import type { PathMtu } from './path-mtu/path-mtu.js';
import type { ReceiveWindow } from './receive-window.js';
import { EARLY_SEGMENTS, FRESH_MILLIS, type TransportSettings } from './settings.js';
import { keepAliveAt } from './timeouts.js';
import { Timer } from './timers.js';
import type { Violations } from './violations.js';

export class Opening {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly incoming: ReceiveWindow,
    private readonly acknowledgments: Acknowledgments,
    private readonly life: Life,
    private readonly pathMtu: PathMtu,
    private readonly violations: Violations,
    private readonly settings: TransportSettings,
  ) {}

  /** Learns from a segment who its sender is; false if it is not our peer. */
  admit(segment: Segment, datagramBytes: number, nowMicros: number): boolean {
    const { send } = this.memory;
    const peer = send[SendWord.peerConnectionId];
    if (segment.opening) {
      const source = segment.sourceConnectionId;
      // Our own opening, thrown back at us.
      if (source === this.memory.localConnectionId) return false;
      if (this.settings.awaitsValidation) this.#noteOpening(datagramBytes);
      if (peer === 0) this.#adopt(segment, nowMicros);
      else if (peer !== source) {
        this.#challenge();
        return false;
      } else if (this.#hasChanged(segment)) {
        const found = 'an opening that differs from its first';
        this.violations.by(segment, { rule: 'opening', found }, nowMicros);
        return false;
      }
    }
    if (segment.destinationConnectionId === 0) return true;
    if (send[SendWord.peerKnowsUs] === 0) this.#confirm();
    if (send[SendWord.peerIsAssured] === 0 && !segment.opening) this.#assured();
    return true;
  }

  #hasChanged(segment: Segment): boolean {
    const { send } = this.memory;
    const integrity = agreedIntegrity(this.settings.integrity, segment.integrity);
    return (
      segment.maximumDatagramBytes !== send[SendWord.peerMaximumDatagram] ||
      segment.openingWindowSegments !== send[SendWord.peerWindow] ||
      (integrity === Integrity.none) !== (send[SendWord.unchecked] === 1)
    );
  }

  /** Somebody spoke to a connection that is not here; only worth an answer while we have no peer. */
  strangerSpoke(unknownId: number): void {
    if (unknownId === 0 || this.memory.send[SendWord.peerKnowsUs] === 1) return;
    this.memory.sendMutex.hold(() => {
      this.memory.send[SendWord.strangerId] = unknownId;
    });
  }

  /** Nobody has used our ID, and nothing has been delivered: the peer may be one of an earlier run. */
  isUnproved(_held: SendLock): boolean {
    const { send, receive } = this.memory;
    return (
      send[SendWord.peerKnowsUs] === 0 &&
      this.memory.receiveMutex.hold(() => receive[ReceiveWord.deliverable] === 0)
    );
  }

  /** Goes back to where nobody was known. What we have sent stays, and goes again. */
  forget(held: SendLock, nowMicros: number): void {
    const { send, deadlines } = this.memory;
    const first = segmentNumber(this.settings.initialSegment);
    send[SendWord.peerConnectionId] = 0;
    send[SendWord.peerWindow] = 0;
    send[SendWord.unchecked] = 0;
    send[SendWord.sendLimit] = advance(first, EARLY_SEGMENTS);
    this.pathMtu.initialize();
    if (this.settings.greet) send[SendWord.probeWanted] = 1;
    deadlines[Timer.idle] = nowMicros + this.settings.connectTimeoutMicros;
    deadlines[Timer.keepAlive] = Infinity;
    this.life.on(held, 'peerForgotten', nowMicros);
    this.memory.receiveMutex.hold((receive) => {
      this.incoming.clear(receive, first);
      this.acknowledgments.initialize();
    });
  }

  /** Each of the peer's openings allows a little in answer, as long as its address is not proved. */
  #noteOpening(datagramBytes: number): void {
    this.memory.sendMutex.hold(() => {
      this.memory.send[SendWord.unprovedBytesHeard] += datagramBytes;
    });
  }

  /** Told to come again and prove our address: the next opening does. Only while nobody is known. */
  retried(segment: Segment): void {
    const { send, token } = this.memory;
    if (send[SendWord.peerConnectionId] !== 0) return;
    this.memory.sendMutex.hold(() => {
      token.set(segment.token.subarray(0, segment.tokenBytes));
      send[SendWord.tokenBytes] = segment.tokenBytes;
      send[SendWord.probeWanted] = 1;
    });
  }

  #adopt(segment: Segment, nowMicros: number): void {
    const { send, deadlines } = this.memory;
    this.memory.sendMutex.hold((held) => {
      this.pathMtu.peerFound(held, segment.maximumDatagramBytes);
      send[SendWord.peerConnectionId] = segment.sourceConnectionId;
      send[SendWord.peerWindow] = segment.openingWindowSegments;
      const integrity = agreedIntegrity(this.settings.integrity, segment.integrity);
      send[SendWord.unchecked] = integrity === Integrity.none ? 1 : 0;
      // May move back, this once: what was assumed of an unknown peer holds no longer.
      send[SendWord.sendLimit] = advance(
        segmentNumber(this.settings.initialSegment),
        segment.openingWindowSegments,
      );
      // Greetings that met nobody say nothing about the path; nor do, later, those of before the proof.
      send[SendWord.backOff] = 0;
      deadlines[Timer.idle] = nowMicros + this.settings.idleTimeoutMicros;
      deadlines[Timer.keepAlive] = keepAliveAt(this.memory.sendTimes, nowMicros);
    });
    this.memory.callApplication?.ring();
    if (this.#isFresh(segment, nowMicros)) this.#deliver();
  }

  #confirm(): void {
    this.memory.sendMutex.hold(() => {
      this.memory.send[SendWord.peerKnowsUs] = 1;
      this.memory.send[SendWord.backOff] = 0;
    });
    this.#deliver();
  }

  /** Nothing needs to be asked any more: our own answer has not been lost. */
  #assured(): void {
    this.memory.sendMutex.hold(() => {
      this.memory.send[SendWord.peerIsAssured] = 1;
      this.memory.send[SendWord.backOff] = 0;
    });
  }

  #challenge(): void {
    this.memory.sendMutex.hold(() => {
      this.memory.send[SendWord.probeWanted] = 1;
    });
  }

  /** A datagram of an earlier run may still be under way; one sent a moment ago cannot be that. */
  #isFresh(segment: Segment, nowMicros: number): boolean {
    const now = ((nowMicros + this.settings.wallClockOffsetMicros) / 1e3) | 0;
    return Math.abs((now - segment.sentAtMillis) | 0) <= FRESH_MILLIS;
  }

  #deliver(): void {
    const { receive } = this.memory;
    this.memory.receiveMutex.hold((held) => {
      receive[ReceiveWord.deliverable] = 1;
      this.memory.receiveChanged.broadcast(held);
    });
  }
}
