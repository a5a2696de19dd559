/**
 * One time of listening, from `listen` to the `close` of a server: opens the endpoint, takes
 * connections, and gives the port back when the last of them has gone.
 */
import { HawserError } from '../../shared/errors.js';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import type { AsyncConnection, AsyncEndpoint, ConnectionOptions } from './async-connection.js';
import { publish } from './diagnostics.js';
import { HOLD_MS } from './farewell.js';
import type { Line } from './line.js';
import type { Network } from './network.js';
import type { ListenRequest } from './options/listen-options.js';
import { resolveHost } from './resolve.js';

/** Each is called in a tick of its own, so that what the user's code throws meets nobody else. */
export interface ListeningEvents {
  onListening(): void;
  onConnection(line: Line): void;
  onFailure(error: Error): void;
  /** The port is free. */
  onClosed(): void;
}

export class Listening {
  readonly #opening: Promise<void>;
  #endpoint: AsyncEndpoint | undefined;
  #isRefed = true;
  #isStopped = false;
  #isFinished = false;
  #isClosing = false;
  /** Connections whose memory is not given back. */
  #lines = 0;
  #patience: NodeJS.Timeout | undefined;

  constructor(
    private readonly network: Network,
    private readonly request: ListenRequest,
    private readonly connection: ConnectionOptions,
    private readonly events: ListeningEvents,
  ) {
    this.#opening = this.#open().catch((error: unknown) => {
      this.#fail(error as Error);
    });
  }

  get localAddress(): SocketAddress | undefined {
    return this.#endpoint?.localAddress;
  }

  /** Takes no more connections. Those there are keep the process alive themselves, if they are to. */
  stop(): void {
    this.#isStopped = true;
    this.#endpoint?.stopListening();
    this.#endpoint?.unref();
  }

  /**
   * After `stop`, when no socket is left, or after a failure, which leaves none: gives the port back as soon as the last connections have
   * said goodbye, which may not take long.
   */
  finish(): void {
    this.#isFinished = true;
    if (this.#lines === 0) this.#close();
    else {
      this.#patience = setTimeout(() => {
        this.#close();
      }, HOLD_MS);
    }
  }

  ref(): void {
    this.#isRefed = true;
    if (!this.#isStopped) this.#endpoint?.ref();
  }

  unref(): void {
    this.#isRefed = false;
    this.#endpoint?.unref();
  }

  async #open(): Promise<void> {
    const endpoint = await this.#openEndpoint();
    this.#endpoint = endpoint;
    if (this.#isStopped) return;
    if (!this.#isRefed) endpoint.unref();
    endpoint.onFailure = (error) => {
      this.#fail(error);
    };
    const { backlog, retry, endpoint: limits } = this.request;
    const options = { connection: this.connection, backlog, retry };
    const { maximumConnections } = limits;
    endpoint.listen({ ...options, maximumConnections }, (connection) => {
      this.#take(connection);
    });
    publish('endpoint.open', { localAddress: endpoint.localAddress });
    process.nextTick(() => {
      if (!this.#isStopped) this.events.onListening();
    });
  }

  async #openEndpoint(): Promise<AsyncEndpoint> {
    const { host, port, endpoint } = this.request;
    const { openEndpoint } = this.network;
    if (host !== undefined) {
      const [{ address }] = await resolveHost({ host, family: 0, hints: 0, lookup: undefined });
      return openEndpoint({ ...endpoint, local: { host: address, port } });
    }
    try {
      return await openEndpoint({ ...endpoint, local: { host: '::', port } });
    } catch (error) {
      // A machine without IPv6.
      if ((error as HawserError).code !== 'ERR_HAWSER_ADDRESS_INVALID') throw error;
      return openEndpoint({ ...endpoint, local: { host: '0.0.0.0', port } });
    }
  }

  #take(connection: AsyncConnection): void {
    this.#lines += 1;
    const onReleased = () => {
      this.#lines -= 1;
      if (this.#isFinished && this.#lines === 0) this.#close();
    };
    const { idleTimeoutMs } = this.connection;
    const line = {
      connection,
      isAccepted: true,
      carriesEarlyData: true,
      idleTimeoutMs,
      onReleased,
    };
    process.nextTick(() => {
      this.events.onConnection(line);
    });
  }

  #fail(error: Error): void {
    process.nextTick(() => {
      this.events.onFailure(error);
    });
  }

  /**
   * Once: its last connections are released by it. An endpoint that is still opening is closed when
   * it is open.
   */
  #close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    clearTimeout(this.#patience);
    void this.#opening
      .then(() => this.#endpoint?.close())
      .then(() => {
        if (this.#endpoint !== undefined) {
          publish('endpoint.close', { localAddress: this.#endpoint.localAddress });
        }
        process.nextTick(() => {
          this.events.onClosed();
        });
      });
  }
}
