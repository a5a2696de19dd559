/**
 * The way from a host name to a connection: look-up, a share in an endpoint, an opening. A host with
 * several addresses is tried at one after the other, until one answers or the time is over.
 */
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { HawserError } from '../../shared/errors.js';
import type { ClientEndpoints, EndpointLease } from './client-endpoints.js';
import type { EndpointOptions } from './async-connection.js';
import type { Line } from './line.js';
import type { ConnectRequest } from './options/connect-options.js';
import { resolveHost } from './resolve.js';

/** While others are left, one address gets no more: enough for a second opening, if the first is lost. */
const PATIENCE_MS = 1_500;

export interface DialEvents {
  onLookup(error: Error | null, address?: string, family?: number): void;
  /** A connection that may still fail; then {@link Dial.next} is to be called. */
  onLine(line: Line): void;
  onFailure(error: Error): void;
}

export class Dial {
  #addresses: readonly LookupAddress[] = [];
  #isOver = false;
  #isRefed = true;
  #giveUpAt: number;
  #timer: NodeJS.Timeout;

  constructor(
    private readonly request: ConnectRequest,
    private readonly endpoints: ClientEndpoints,
    private readonly events: DialEvents,
  ) {
    this.#giveUpAt = performance.now() + request.connection.connectTimeoutMs;
    this.#timer = this.#startTimer();
    this.#run(async () => {
      this.#addresses = await this.#resolve();
      await this.#tryNext();
    });
  }

  /** There is another address to try. */
  get hasNext(): boolean {
    return this.#addresses.length > 0;
  }

  next(): void {
    this.#run(() => this.#tryNext());
  }

  /** It was answered, or nobody wants it any more: nothing further is told. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /** Whether it keeps the process alive; it does until told otherwise. */
  ref(): void {
    this.#isRefed = true;
    this.#timer.ref();
  }

  unref(): void {
    this.#isRefed = false;
    this.#timer.unref();
  }

  #startTimer(): NodeJS.Timeout {
    const timer = setTimeout(
      () => {
        this.#fail(this.#timedOut());
      },
      Math.max(0, this.#giveUpAt - performance.now()),
    );
    return this.#isRefed ? timer : timer.unref();
  }

  #run(step: () => Promise<void>): void {
    step().catch((error: unknown) => {
      this.#fail(error as Error);
    });
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.stop();
    this.events.onFailure(error);
  }

  #timedOut(): HawserError {
    const { host, port, connection } = this.request;
    const text = `nobody answered at ${host} port ${port} within ${connection.connectTimeoutMs} ms`;
    return new HawserError('ERR_HAWSER_CONNECT_TIMEOUT', text);
  }

  /** A numeric host is not looked up, and so nothing is told. */
  async #resolve(): Promise<readonly LookupAddress[]> {
    const isName = isIP(this.request.host) === 0;
    try {
      const addresses = await resolveHost(this.request);
      if (isName) for (const { address, family } of addresses) this.#tell(null, address, family);
      return addresses;
    } catch (error) {
      if (isName) this.#tell(error as Error);
      throw error;
    }
  }

  #tell(...found: Parameters<DialEvents['onLookup']>): void {
    if (!this.#isOver) this.events.onLookup(...found);
  }

  async #tryNext(): Promise<void> {
    while (!this.#isOver) {
      const [address, ...others] = this.#addresses;
      this.#addresses = others;
      try {
        await this.#try(address);
        return;
      } catch (error) {
        if (others.length === 0) throw error;
      }
    }
  }

  /** An address that leads nowhere, as of a family that does not work here, must not take all the time. */
  #hurried(connection: ConnectRequest['connection']): ConnectRequest['connection'] {
    if (!this.hasNext) return connection;
    const share = (this.#giveUpAt - performance.now()) / (1 + this.#addresses.length);
    const connectTimeoutMs = Math.max(1, Math.min(PATIENCE_MS, Math.floor(share)));
    return { ...connection, connectTimeoutMs };
  }

  async #try({ address, family }: LookupAddress): Promise<void> {
    const { localAddress, localPort, endpoint, connection, port } = this.request;
    const local = { host: localAddress ?? (family === 6 ? '::' : '0.0.0.0'), port: localPort };
    const lease = await this.#lease({ ...endpoint, local });
    if (this.#isOver) {
      lease.release();
      return;
    }
    try {
      this.events.onLine({
        connection: lease.endpoint.connect({ host: address, port }, this.#hurried(connection)),
        isAccepted: false,
        carriesEarlyData: !this.hasNext,
        idleTimeoutMs: connection.idleTimeoutMs,
        onReleased: lease.release,
      });
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** How long our own threads take to start says nothing about the peer: half of the time is left to it. */
  async #lease(options: EndpointOptions): Promise<EndpointLease> {
    const since = performance.now();
    clearTimeout(this.#timer);
    try {
      return await this.endpoints.lease(options);
    } finally {
      const half = this.request.connection.connectTimeoutMs / 2;
      this.#giveUpAt += Math.max(0, performance.now() - since - half);
      if (!this.#isOver) this.#timer = this.#startTimer();
    }
  }
}
