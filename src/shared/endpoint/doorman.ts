/**
 * What becomes of datagrams that are no connection's: openings of peers become connections, or are
 * refused, or have to prove their address first; the rest is answered if it may be, and forgotten.
 * Whatever arrives, a datagram with a forged address costs no memory and is answered with less than
 * three times its bytes. Listener's thread.
 */
import { PortCounter } from '../memory/layout.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import type { SocketAddress } from '../net/datagram-port.js';
import { isRefusal } from '../transport/reset-input.js';
import { ParseResult } from '../wire/parse-result.js';
import { deservesReset, parseSegment, type ParseContext } from '../wire/parse.js';
import { Integrity, ResetReason, Segment, TokenKind } from '../wire/segment.js';
import { FIRST_SEGMENT } from '../wire/serial.js';
import { AddressTokens } from './address-token.js';
import { type Guest, type Roster, sameAddress } from './roster.js';
import type { StrayAnswers } from './stray-answers.js';

/** Nothing is known of a stranger but what its opening says. */
export const NEWCOMER: ParseContext = {
  localConnectionId: 0,
  integrity: Integrity.crc32,
  peerConnectionId: 0,
  receiveNext: FIRST_SEGMENT,
  sendUnacknowledged: FIRST_SEGMENT,
};

/** The part of the listener that takes a new peer in. */
export interface Reception {
  /** Whether openings are answered at all. */
  readonly listens: boolean;
  /** Whether a newcomer must prove its address before anything is kept for it. */
  readonly wantsProof: boolean;
  /** Undefined if there is no room. */
  admit(source: SocketAddress, proved: boolean): Guest | undefined;
}

export class Doorman {
  readonly #segment = new Segment();
  readonly #tokens = new AddressTokens();

  constructor(
    private readonly memory: EndpointMemory,
    private readonly answers: StrayAnswers,
    private readonly roster: Roster,
    private readonly reception: Reception,
  ) {}

  /** A datagram to a connection ID that is not here. */
  unknownId(
    id: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    source: SocketAddress,
    nowMicros: number,
  ): void {
    this.#count(PortCounter.strangers);
    if (deservesReset(bytes, start, end)) this.answers.unknown(id, source, nowMicros);
  }

  /** A datagram to nobody in particular; returns the connection it turns out to be for. */
  withoutId(
    bytes: Uint8Array,
    start: number,
    end: number,
    source: SocketAddress,
    nowMicros: number,
  ): Guest | undefined {
    const segment = this.#segment;
    const result = parseSegment(bytes, start, end, NEWCOMER, segment);
    if (result !== ParseResult.ok) {
      this.#count(result === ParseResult.checksum ? PortCounter.corrupt : PortCounter.malformed);
      return undefined;
    }
    const guest = segment.reset
      ? this.#rejected(segment, source)
      : this.#opener(segment, source, nowMicros);
    if (guest === undefined) this.#count(PortCounter.strangers);
    return guest;
  }

  /** Who is told that its peer does not know, or does not want it. */
  #rejected(segment: Segment, source: SocketAddress): Guest | undefined {
    const id = segment.rejectedConnectionId;
    if (!isRefusal(segment)) return this.roster.withPeer(id, source);
    const guest = this.roster.withId(id);
    return guest !== undefined && sameAddress(guest.peer, source) ? guest : undefined;
  }

  #opener(segment: Segment, source: SocketAddress, nowMicros: number): Guest | undefined {
    const known = this.roster.withPeer(segment.sourceConnectionId, source);
    if (known !== undefined) return known;
    const { reception } = this;
    const id = segment.sourceConnectionId;
    if (!reception.listens) {
      // Both have opened at once.
      const crossed = this.roster.unansweredAt(source);
      if (crossed === undefined) this.answers.refuse(id, ResetReason.refused, source);
      return crossed;
    }
    const seconds = Math.floor(nowMicros / 1e6);
    const proved = this.#isProved(segment, source, seconds);
    if (!proved && reception.wantsProof) {
      this.answers.retry(id, this.#tokens.issue(source, id, seconds), source);
      return undefined;
    }
    const guest = reception.admit(source, proved);
    if (guest === undefined) this.answers.refuse(id, ResetReason.full, source);
    return guest;
  }

  #isProved(segment: Segment, source: SocketAddress, seconds: number): boolean {
    if (segment.tokenKind !== TokenKind.proof) return false;
    const token = segment.token.subarray(0, segment.tokenBytes);
    return this.#tokens.verify(token, source, segment.sourceConnectionId, seconds);
  }

  #count(counter: number): void {
    this.memory.portCounters[counter] += 1;
  }
}
