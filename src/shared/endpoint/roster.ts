/**
 * Whom the listener knows: its connections by place, by our connection ID, and by the peer's ID
 * together with where it speaks from. Private to the listener's thread.
 */
import type { SocketAddress } from '../net/datagram-port.js';
import { SendWord } from '../memory/layout.js';
import type { Berth } from './berth-cache.js';

/** A connection as the listener has it. */
export interface Guest extends Berth {
  /** Where its datagrams come from. */
  peer: SocketAddress;
  /** Opened by the peer: the listener gave it its place. */
  readonly accepted: boolean;
  /** The application knows of it. */
  announced: boolean;
  /** The application has done with it. */
  released: boolean;
  /** Datagrams of this batch were for it. */
  touched: boolean;
  /** Under which it is found by the peer's ID; empty while that is unknown. */
  peerKey: string;
}

export class Roster {
  readonly #byPlace: (Guest | undefined)[] = [];
  readonly #byId = new Map<number, Guest>();
  readonly #byPeer = new Map<string, Guest>();

  get count(): number {
    return this.#byId.size;
  }

  all(): IterableIterator<Guest> {
    return this.#byId.values();
  }

  add(guest: Guest): void {
    this.#byPlace[guest.place] = guest;
    this.#byId.set(guest.memory.localConnectionId, guest);
  }

  remove(guest: Guest): void {
    this.#byPlace[guest.place] = undefined;
    this.#byId.delete(guest.memory.localConnectionId);
    if (this.#byPeer.get(guest.peerKey) === guest) this.#byPeer.delete(guest.peerKey);
  }

  at(place: number): Guest | undefined {
    return this.#byPlace[place];
  }

  withId(localConnectionId: number): Guest | undefined {
    return this.#byId.get(localConnectionId);
  }

  withPeer(peerConnectionId: number, address: SocketAddress): Guest | undefined {
    return this.#byPeer.get(keyOf(peerConnectionId, address));
  }

  /** One that we have opened to this address and that has not been answered yet. */
  unansweredAt(address: SocketAddress): Guest | undefined {
    for (const guest of this.#byId.values()) {
      if (guest.peerKey === '' && sameAddress(guest.peer, address)) return guest;
    }
    return undefined;
  }

  /** After anything that may have made the peer known, or moved it. */
  refresh(guest: Guest): void {
    const peerId = guest.memory.send[SendWord.peerConnectionId];
    const key = peerId === 0 ? '' : keyOf(peerId, guest.peer);
    if (key === guest.peerKey) return;
    if (this.#byPeer.get(guest.peerKey) === guest) this.#byPeer.delete(guest.peerKey);
    guest.peerKey = key;
    if (key !== '') this.#byPeer.set(key, guest);
  }
}

export function sameAddress(a: SocketAddress, b: SocketAddress): boolean {
  return a === b || (a.port === b.port && a.host === b.host);
}

function keyOf(peerConnectionId: number, { host, port }: SocketAddress): string {
  return `${peerConnectionId} ${port} ${host}`;
}
