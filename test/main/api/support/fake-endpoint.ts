/**
 * A network in one thread's memory, for tests of what stands on endpoints: it delivers everything, in
 * order, one turn of the event loop later, unless it is told to refuse, to be silent or to break.
 */
import { EventEmitter, once } from 'node:events';
import { HawserError } from '#hawser/shared/errors.js';
import type { SocketAddress } from '#hawser/shared/net/datagram-port.js';
import type {
  AsyncConnection,
  AsyncEndpoint,
  ConnectionOptions,
  EndpointOptions,
  ListenOptions,
} from '#hawser/main/api/async-connection.js';
import { FakeConnection } from './fake-connection.js';

export class FakeNetwork {
  /** Endpoints that are open, by port. */
  readonly endpoints = new Map<number, FakeEndpoint>();
  /** Every connection so far, both sides. */
  readonly connections: FakeConnection[] = [];
  /** Openings are not answered. */
  silent = false;
  /** Nor are those to these addresses. */
  readonly silentHosts = new Set<string>();
  /** What endpoints that are opened wait for. */
  starting: Promise<unknown> = Promise.resolve();
  /** Endpoints opened so far. */
  opened = 0;
  /** Tells of endpoints that were closed. */
  readonly closings = new EventEmitter();
  closed = 0;
  /** Addresses that no socket can be bound to. */
  readonly unusable = new Set<string>();
  #nextPort = 40_000;

  readonly openEndpoint = async (options: EndpointOptions): Promise<FakeEndpoint> => {
    await new Promise(setImmediate);
    await this.starting;
    const { host } = options.local;
    if (this.unusable.has(host)) {
      throw new HawserError('ERR_HAWSER_ADDRESS_INVALID', `${host} is not ours`);
    }
    const port = options.local.port === 0 ? this.#nextPort++ : options.local.port;
    if (this.endpoints.has(port)) {
      throw new HawserError('ERR_HAWSER_ADDRESS_IN_USE', `port ${port} is in use`);
    }
    const endpoint = new FakeEndpoint(this, { host, port });
    this.endpoints.set(port, endpoint);
    this.opened += 1;
    return endpoint;
  };

  /** Until so many endpoints have been closed; nothing else may keep the event loop going. */
  async untilClosed(count: number): Promise<void> {
    const hold = setInterval(() => undefined, 1000);
    while (this.closed < count) await once(this.closings, 'closed');
    clearInterval(hold);
  }

  get openConnections(): readonly FakeConnection[] {
    return this.connections.filter(({ isReleased }) => !isReleased);
  }
}

export class FakeEndpoint implements AsyncEndpoint {
  readonly #connections = new Set<FakeConnection>();
  isRefed = true;
  onFailure: (error: HawserError) => void = () => undefined;
  #listen: ListenOptions | undefined;
  #onConnection: ((connection: AsyncConnection) => void) | undefined;

  constructor(
    private readonly network: FakeNetwork,
    readonly localAddress: SocketAddress,
  ) {}

  get connectionCount(): number {
    return this.#connections.size;
  }

  connect(remote: SocketAddress, options: ConnectionOptions): FakeConnection {
    const connection = this.#newConnection(remote, options);
    setImmediate(() => {
      if (this.network.silent || this.network.silentHosts.has(remote.host)) return;
      const peer = this.network.endpoints.get(remote.port);
      const accepted = peer?.accept(connection, this.localAddress);
      if (accepted !== true) connection.fail('ERR_HAWSER_REFUSED', 'nobody listens there');
    });
    setTimeout(() => {
      if (!connection.isOpen) connection.fail('ERR_HAWSER_CONNECT_TIMEOUT', 'nobody answered');
    }, options.connectTimeoutMs).unref();
    return connection;
  }

  /** False if it refuses. */
  accept(from: FakeConnection, remote: SocketAddress): boolean {
    if (this.#listen === undefined || this.#onConnection === undefined) return false;
    const connection = this.#newConnection(remote, this.#listen.connection);
    FakeConnection.join(from, connection);
    this.#onConnection(connection);
    return true;
  }

  listen(options: ListenOptions, onConnection: (connection: AsyncConnection) => void): void {
    this.#listen = options;
    this.#onConnection = onConnection;
  }

  stopListening(): void {
    this.#listen = undefined;
  }

  /** As if a thread of it had died. */
  die(): void {
    const error = new HawserError('ERR_HAWSER_INTERNAL', 'the listener died');
    this.#leavePort();
    for (const connection of this.#connections) connection.fail(error.code, error.message);
    this.onFailure(error);
  }

  ref(): void {
    this.isRefed = true;
  }

  unref(): void {
    this.isRefed = false;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) {
      connection.fail('ERR_HAWSER_CLOSED', 'its endpoint was closed');
      connection.onNews();
      if (!connection.isReleased) connection.release();
    }
    await new Promise(setImmediate);
    this.#leavePort();
    this.network.closed += 1;
    this.network.closings.emit('closed');
  }

  /** Its port may be another's by now. */
  #leavePort(): void {
    const { endpoints } = this.network;
    const { port } = this.localAddress;
    if (endpoints.get(port) === this) endpoints.delete(port);
  }

  #newConnection(remote: SocketAddress, options: ConnectionOptions): FakeConnection {
    const connection = new FakeConnection(this.localAddress, remote, options, () => {
      this.#connections.delete(connection);
    });
    this.#connections.add(connection);
    this.network.connections.push(connection);
    return connection;
  }
}
