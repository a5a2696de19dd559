/**
 * Who talks through the relay: each source address is a client with an upstream socket of its own,
 * from which the target sees it, until it has been silent for a while. Bounded, so that forged
 * sources cannot take every descriptor of the process. Relay's thread.
 */
import { HawserError } from '../errors.js';
import type { SocketAddress } from '../net/datagram-port.js';
import { addressText } from '../net/socket-address.js';
import type { RelaySocket } from './relay-socket.js';

/** Which socket a datagram leaves by, and to whom. */
export interface Route {
  readonly socket: RelaySocket;
  readonly destination: SocketAddress;
}

export interface Client {
  /** By the client's upstream socket. */
  readonly toTarget: Route;
  /** By the socket that all clients talk to. */
  readonly toClient: Route;
  /** When it last sent or was answered, or when the last of that leaves: what is under way counts. */
  lastActiveMicros: number;
}

export function noteActivity(client: Client, micros: number): void {
  client.lastActiveMicros = Math.max(client.lastActiveMicros, micros);
}

export interface RelaySockets {
  readonly listener: RelaySocket;
  /**
   * A new socket, for the client that `client` answers once this has returned.
   * @throws {HawserError} `ERR_HAWSER_SOCKET` if the system has none left.
   */
  openUpstream(client: () => Client): RelaySocket;
}

export class Clients {
  /** Clients so far, and datagrams of sources for which there was no place. */
  total = 0;
  refused = 0;
  readonly #byText = new Map<string, Client>();
  /** Ports mostly give the same address object again for the same source. */
  #byAddress = new WeakMap<SocketAddress, Client>();

  constructor(
    private readonly most: number,
    private readonly target: SocketAddress,
    private readonly sockets: RelaySockets,
  ) {}

  get count(): number {
    return this.#byText.size;
  }

  /** The client at `source`, a new one if need be; `undefined` if there are too many. */
  at(source: SocketAddress, nowMicros: number): Client | undefined {
    const known = this.#byAddress.get(source) ?? this.#lookUp(source);
    if (known !== undefined) {
      noteActivity(known, nowMicros);
      return known;
    }
    const client = this.count < this.most ? this.#admit(source, nowMicros) : undefined;
    if (client === undefined) this.refused += 1;
    return client;
  }

  /** Ends the clients that have neither sent nor received since `micros`. */
  endSilentSince(micros: number): void {
    for (const [text, client] of this.#byText) {
      if (client.lastActiveMicros >= micros) continue;
      this.#byText.delete(text);
      client.toTarget.socket.close();
    }
    // Also forgets what stood for a client that has ended: its source may come again.
    this.#byAddress = new WeakMap();
  }

  endAll(): void {
    this.endSilentSince(Infinity);
  }

  #lookUp(source: SocketAddress): Client | undefined {
    const client = this.#byText.get(addressText(source));
    if (client !== undefined) this.#byAddress.set(source, client);
    return client;
  }

  #admit(source: SocketAddress, nowMicros: number): Client | undefined {
    const { listener } = this.sockets;
    const upstream = this.#openUpstream(() => client);
    if (upstream === undefined) return undefined;
    const client: Client = {
      toTarget: { socket: upstream, destination: this.target },
      toClient: { socket: listener, destination: source },
      lastActiveMicros: nowMicros,
    };
    this.#byText.set(addressText(source), client);
    this.#byAddress.set(source, client);
    this.total += 1;
    return client;
  }
  /** `undefined` if the system has no descriptor to spare: those there are served on. */
  #openUpstream(client: () => Client): RelaySocket | undefined {
    try {
      return this.sockets.openUpstream(client);
    } catch (error) {
      if (error instanceof HawserError && error.code === 'ERR_HAWSER_SOCKET') return undefined;
      throw error;
    }
  }
}
