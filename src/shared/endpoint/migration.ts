/**
 * A peer whose address has changed, as behind a NAT that has forgotten it, is followed once it has
 * proved that it is there (RFC 9000 §8.2 and §9): a valid segment from elsewhere is challenged with
 * random bytes, and the address changes when they come back from there. Until then all goes on at
 * the old address, so a forged sender costs a challenge and moves nothing. Where only the port has
 * changed the way is the same; another host is at the end of another. Listener's thread.
 */
import { randomBytes } from 'node:crypto';
import { writePeerAddress } from '../memory/peer-address.js';
import type { SocketAddress } from '../net/datagram-port.js';
import type { Segment } from '../wire/segment.js';
import { type Guest, sameAddress } from './roster.js';
import type { StrayAnswers } from './stray-answers.js';

const NONCE_BYTES = 8;
/** Challenges to one peer are at least this far apart. */
const INTERVAL_MICROS = 50_000;

interface Candidate {
  readonly address: SocketAddress;
  readonly nonce: Uint8Array;
  readonly challengedAt: number;
}

export class Migration {
  readonly #candidates = new WeakMap<Guest, Candidate>();

  constructor(
    private readonly answers: StrayAnswers,
    private readonly onMoved: (guest: Guest) => void,
  ) {}

  /** A valid segment for `guest` has come from an address that is not its peer's. */
  seen(guest: Guest, source: SocketAddress, nowMicros: number): void {
    const known = this.#candidates.get(guest);
    if (known !== undefined && nowMicros - known.challengedAt < INTERVAL_MICROS) return;
    const again = known !== undefined && sameAddress(known.address, source);
    const nonce = again ? known.nonce : randomBytes(NONCE_BYTES);
    this.#candidates.set(guest, { address: source, nonce, challengedAt: nowMicros });
    this.answers.challenge(guest.memory, nonce, source);
  }

  /** The peer has answered a challenge, from `source`. */
  answered(
    guest: Guest,
    { token, tokenBytes }: Segment,
    source: SocketAddress,
    nowMicros: number,
  ): void {
    const candidate = this.#candidates.get(guest);
    if (candidate === undefined || !sameAddress(candidate.address, source)) return;
    if (Buffer.compare(candidate.nonce, token.subarray(0, tokenBytes)) !== 0) return;
    this.#candidates.delete(guest);
    const isElsewhere = guest.peer.host !== source.host;
    guest.peer = source;
    guest.memory.sendMutex.hold((held) => {
      writePeerAddress(guest.memory, source);
      if (isElsewhere) guest.connection.pathChanged(held, nowMicros);
    });
    this.onMoved(guest);
  }
}
