/**
 * A connection shaped like `net.Socket`. It lives on one thread, any with an event loop, and never
 * blocks it: the transport's threads do the work and tell of news.
 */
import { once } from 'node:events';
import { DEFAULT_CONNECTION } from '../../shared/endpoint/default-connection.js';
import { HawserError } from '../../shared/errors.js';
import type { TransportStatistics } from '../../shared/memory/statistics.js';
import { type AddressInfo, addressInfo, type Ends, endsOf, familyOf } from './addresses.js';
import { ConnectionStream } from './connection-stream.js';
import { Dial } from './dial.js';
import { publish } from './diagnostics.js';
import type { Line } from './line.js';
import type { Network } from './network.js';
import { callable, flag, wholeNumber } from './options/checks.js';
import {
  type ConnectArguments,
  connectArguments,
  type ConnectRequest,
  connectRequest,
} from './options/connect-options.js';
import { DELAY_MS, keepAliveMs } from './options/connection-options.js';
import type { SocketOptions } from './options/socket-options.js';
import type { AnyListener, SocketEvents, SocketListener } from './socket-events.js';
import { type SocketStatistics, socketStatistics } from './socket-statistics.js';
import { threadNetwork } from './thread-network.js';

/**
 * Makes the socket of a connection that a peer has opened. For servers, which `onClosed` tells of its
 * end: an event would not do, as the listeners are the user's to remove.
 */
export let accept: (
  line: Line,
  options: SocketOptions,
  network: Network,
  onClosed: () => void,
) => HawserSocket;

/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging --
 * Only the types of the listeners are added here; the methods are those of Duplex. */
export interface HawserSocket {
  on<Name extends keyof SocketEvents>(event: Name, listener: SocketListener<Name>): this;
  on(event: string | symbol, listener: AnyListener): this;
  once<Name extends keyof SocketEvents>(event: Name, listener: SocketListener<Name>): this;
  once(event: string | symbol, listener: AnyListener): this;
  off<Name extends keyof SocketEvents>(event: Name, listener: SocketListener<Name>): this;
  off(event: string | symbol, listener: AnyListener): this;
}

export class HawserSocket extends ConnectionStream {
  /** What `setTimeout` was last told, in ms. */
  timeout: number | undefined;

  readonly #network: Network;
  #dial: Dial | undefined;
  #isRefed = true;
  #noDelay: boolean | undefined;
  /** What `setKeepAlive` was last told. */
  #keepAlive: [enable: boolean, initialDelayMs: number] | undefined;
  #idleTimeoutMs = DEFAULT_CONNECTION.idleTimeoutMs;
  #ends: Ends | undefined;
  #lastStatistics: TransportStatistics | undefined;
  #onClosed: () => void = () => undefined;

  static {
    accept = (line, options, network, onClosed) => {
      const socket = new HawserSocket(options, network);
      socket.#onClosed = onClosed;
      socket.#ends = endsOf(line.connection);
      socket.attach(line);
      return socket;
    };
  }

  /** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
  constructor(options: SocketOptions = {}, network: Network = threadNetwork) {
    super(options);
    this.#network = network;
  }

  /**
   * Looks the name up and opens the connection; `connect` is emitted when the peer has answered.
   * @throws {HawserError} `ERR_HAWSER_BAD_OPTION`, `ERR_HAWSER_ALREADY_CONNECTED`.
   */
  connect(...given: ConnectArguments): this {
    const { options, onConnect } = connectArguments(given);
    const request = connectRequest(options);
    if (this.connecting || this.#ends !== undefined || this.destroyed) {
      const text = 'this socket has been used before; make a new one for each connection';
      throw new HawserError('ERR_HAWSER_ALREADY_CONNECTED', text);
    }
    if (onConnect !== undefined) this.once('connect', onConnect);
    if (request.timeoutMs > 0) this.setTimeout(request.timeoutMs);
    this.connecting = true;
    this.#dial = this.#newDial(request);
    publish('client.connecting', { socket: this });
    return this;
  }

  /**
   * Resolves when the peer has answered, at once if it has.
   * @throws {HawserError} what the socket failed with; an AbortError, if `signal` was faster.
   */
  async whenOpen({ signal }: { readonly signal?: AbortSignal } = {}): Promise<this> {
    if (this.destroyed) throw this.errored ?? closed();
    if (this.pending) await this.#untilOpen(signal);
    return this;
  }

  get readyState(): 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.connecting) return 'opening';
    if (this.readable && this.writable) return 'open';
    if (this.readable) return 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  get localAddress(): string | undefined {
    return this.#ends?.localAddress.host;
  }

  get localPort(): number | undefined {
    return this.#ends?.localAddress.port;
  }

  get localFamily(): string | undefined {
    return this.#ends && familyOf(this.#ends.localAddress.host);
  }

  /** Where the peer is now: it may move. */
  get remoteAddress(): string | undefined {
    return this.#remote?.host;
  }

  get remotePort(): number | undefined {
    return this.#remote?.port;
  }

  get remoteFamily(): string | undefined {
    return this.#remote && familyOf(this.#remote.host);
  }

  address(): AddressInfo | Record<string, never> {
    return this.#ends === undefined ? {} : addressInfo(this.#ends.localAddress);
  }

  /** Undefined before the connection is open. */
  stats(): SocketStatistics | undefined {
    const transport = this.conduit.connection?.statistics() ?? this.#lastStatistics;
    return transport && socketStatistics(transport);
  }

  /** Emits `timeout` when nothing has moved for so long; 0 turns it off. */
  setTimeout(milliseconds: number, onTimeout?: () => void): this {
    if (this.destroyed) return this;
    const timeoutMs = wholeNumber('timeout', milliseconds, DELAY_MS, 0);
    callable('onTimeout', onTimeout);
    this.timeout = timeoutMs;
    this.idle.set(timeoutMs);
    if (onTimeout !== undefined && timeoutMs > 0) this.once('timeout', onTimeout);
    if (onTimeout !== undefined && timeoutMs === 0) this.off('timeout', onTimeout);
    return this;
  }

  /** True sends small pieces at once, false waits a moment for more (Nagle). */
  setNoDelay(noDelay = true): this {
    this.#noDelay = flag('noDelay', noDelay, true);
    this.conduit.connection?.setNoDelay(this.#noDelay);
    return this;
  }

  /** Whether a peer silent for `initialDelay` ms is asked; 0 is a third of the idle time-out. */
  setKeepAlive(enable = false, initialDelay = 0): this {
    keepAliveMs(enable, initialDelay, this.#idleTimeoutMs);
    this.#keepAlive = [enable, initialDelay];
    this.#applyKeepAlive();
    return this;
  }

  ref(): this {
    this.#isRefed = true;
    this.#dial?.ref();
    this.conduit.connection?.ref();
    return this;
  }

  unref(): this {
    this.#isRefed = false;
    this.#dial?.unref();
    this.conduit.connection?.unref();
    return this;
  }

  /**
   * Ends our stream, and waits until everything written is acknowledged and the socket is closed.
   * What the peer still sends is not read.
   * @throws {HawserError} if the connection fails before.
   */
  override async [Symbol.asyncDispose](): Promise<void> {
    if (this.hasClosed) return;
    const closed = once(this, 'close');
    this.insists = true;
    if (this.pending && !this.connecting) this.destroy();
    else this.destroySoon();
    await closed;
  }

  get #remote() {
    return this.conduit.connection?.remoteAddress ?? this.#ends?.remoteAddress;
  }

  /** One that is destroyed without an error tells of nothing but its close. */
  async #untilOpen(signal: AbortSignal | undefined): Promise<void> {
    const settled = new AbortController();
    const whileUnsettled = { signal: settled.signal };
    const signals = [settled.signal, ...(signal === undefined ? [] : [signal])];
    const closing = once(this, 'close', whileUnsettled).then(() => {
      throw closed();
    });
    try {
      await Promise.race([once(this, 'connect', { signal: AbortSignal.any(signals) }), closing]);
    } finally {
      settled.abort();
    }
  }

  #newDial(request: ConnectRequest): Dial {
    const dial = new Dial(request, this.#network.clients, {
      onLookup: (error, address, family) => {
        process.nextTick(() => this.emit('lookup', error, address, family, request.host));
      },
      onLine: (line) => {
        this.attach(line);
      },
      onFailure: (error) => {
        process.nextTick(() => this.destroy(error));
      },
    });
    if (!this.#isRefed) dial.unref();
    return dial;
  }

  protected override attach(line: Line): void {
    const { connection } = line;
    if (!this.#isRefed) connection.unref();
    if (this.#noDelay !== undefined) connection.setNoDelay(this.#noDelay);
    this.#idleTimeoutMs = line.idleTimeoutMs;
    super.attach(line);
    this.#applyKeepAlive();
  }

  #applyKeepAlive(): void {
    if (this.#keepAlive === undefined) return;
    this.conduit.connection?.setKeepAlive(keepAliveMs(...this.#keepAlive, this.#idleTimeoutMs));
  }

  protected override opened(): void {
    this.connecting = false;
    this.#dial?.stop();
    this.#ends = endsOf(this.conduit.connection!);
    this.idle.refresh();
    this.emit('connect');
    this.emit('ready');
    publish('client.open', { socket: this });
    // Also with no reader the peer's end is to be noticed.
    if (!this.isPaused()) this.read(0);
  }

  /** Before the first answer, another address of the host may do. */
  protected override failed(error: Error): void {
    if (this.connecting && this.#dial?.hasNext === true) {
      this.conduit.detach(false);
      this.#dial.next();
    } else this.destroy(error);
  }

  protected override leaving(): void {
    this.#dial?.stop();
    const { connection } = this.conduit;
    this.#lastStatistics = connection?.statistics();
    // The peer may have moved since it was opened.
    if (connection !== undefined && this.#ends !== undefined) this.#ends = endsOf(connection);
  }

  protected override left(): void {
    this.#onClosed();
  }
}

function closed(): HawserError {
  return new HawserError('ERR_HAWSER_CLOSED', 'this socket is closed');
}
