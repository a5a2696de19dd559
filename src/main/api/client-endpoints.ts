/**
 * The endpoints that outgoing connections share: one a kind of address and of options, opened for
 * the first connection and closed when nobody has used it for a while. One set a thread.
 */
import { inspect } from 'node:util';
import type { AsyncEndpoint, EndpointOptions } from './async-connection.js';
import { publish } from './diagnostics.js';

export type OpenEndpoint = (options: EndpointOptions) => Promise<AsyncEndpoint>;

/** A user's share in an endpoint. */
export interface EndpointLease {
  readonly endpoint: AsyncEndpoint;
  /** Once. */
  readonly release: () => void;
}

/** A list in its full length too: what differs only there is another endpoint's. */
const WHOLE = { depth: 3, compact: true, breakLength: Infinity, maxArrayLength: null };

/** Threads and a socket are worth keeping for the next connection, but not for long. */
const IDLE_LIMIT_MS = 1_000;

export class ClientEndpoints {
  readonly #shared = new Map<string, SharedEndpoint>();

  /** With nothing left to do, the process is to end with no thread at work. */
  readonly #beforeExit = () => {
    this.closeIdle();
  };

  constructor(private readonly open: OpenEndpoint) {}

  async lease(options: EndpointOptions): Promise<EndpointLease> {
    const key = inspect(options, WHOLE);
    const shared = this.#shared.get(key) ?? this.#share(key, options);
    return shared.lease();
  }

  /** Closes the endpoints that carry no connection. */
  closeIdle(): void {
    for (const shared of this.#shared.values()) shared.closeIfIdle();
  }

  #share(key: string, options: EndpointOptions): SharedEndpoint {
    const shared = new SharedEndpoint(this.open(options), () => {
      if (this.#shared.get(key) === shared) this.#forget(key);
    });
    if (this.#shared.size === 0) process.on('beforeExit', this.#beforeExit);
    this.#shared.set(key, shared);
    return shared;
  }

  #forget(key: string): void {
    this.#shared.delete(key);
    if (this.#shared.size === 0) process.off('beforeExit', this.#beforeExit);
  }
}

class SharedEndpoint {
  #users = 0;
  #endpoint: AsyncEndpoint | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  /** `forget` is called as soon as nobody else is to be given this endpoint. */
  constructor(
    private readonly opening: Promise<AsyncEndpoint>,
    private readonly forget: () => void,
  ) {
    opening.then((endpoint) => {
      this.#opened(endpoint);
    }, forget);
  }

  async lease(): Promise<EndpointLease> {
    this.#users += 1;
    clearTimeout(this.#idleTimer);
    const endpoint = await this.opening;
    return {
      endpoint,
      release: () => {
        this.#users -= 1;
        if (this.#users === 0) this.#closeSoon();
      },
    };
  }

  closeIfIdle(): void {
    if (this.#users > 0 || this.#endpoint === undefined) return;
    clearTimeout(this.#idleTimer);
    this.forget();
    publish('endpoint.close', { localAddress: this.#endpoint.localAddress });
    void this.#endpoint.close();
    this.#endpoint = undefined;
  }

  #opened(endpoint: AsyncEndpoint): void {
    this.#endpoint = endpoint;
    // Its connections keep the process alive, not the endpoint itself.
    endpoint.unref();
    endpoint.onFailure = this.forget;
    publish('endpoint.open', { localAddress: endpoint.localAddress });
  }

  #closeSoon(): void {
    this.#idleTimer = setTimeout(() => {
      this.closeIfIdle();
    }, IDLE_LIMIT_MS).unref();
  }
}
