/**
 * A server shaped like `net.Server`: one endpoint that takes connections of peers. It lives on one
 * thread, any with an event loop.
 */
import { EventEmitter, on, once } from 'node:events';
import { HawserError } from '../../shared/errors.js';
import { type AddressInfo, addressInfo, familyOf } from './addresses.js';
import type { AsyncConnection } from './async-connection.js';
import { publish } from './diagnostics.js';
import { drop } from './farewell.js';
import { accept, type HawserSocket } from './hawser-socket.js';
import type { Line } from './line.js';
import { Listening } from './listening.js';
import type { Network } from './network.js';
import {
  type ListenArguments,
  listenArguments,
  type ListenRequest,
  listenRequest,
  type ServerOptions,
  serverRequest,
  type ServerRequest,
} from './options/listen-options.js';
import { threadNetwork } from './thread-network.js';

/** Both addresses of a connection that was not taken. */
export interface DroppedConnection {
  readonly localAddress: string;
  readonly localPort: number;
  readonly localFamily: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteFamily: string;
}

export interface ServerEvents {
  listening: [];
  connection: [socket: HawserSocket];
  /** A connection beyond `maxConnections` was reset. */
  drop: [dropped: DroppedConnection];
  error: [error: Error];
  /** It no longer listens, all its sockets are closed, and the port is free. */
  close: [];
}

export class HawserServer extends EventEmitter<ServerEvents> {
  /** Sockets at the same time, at the most; more are reset with a `drop` event. Default: no limit. */
  maxConnections: number | undefined;

  readonly #request: ServerRequest;
  readonly #network: Network;
  #listening: Listening | undefined;
  #isClosing = false;
  #isRefed = true;
  #connections = 0;

  /** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
  constructor(options: ServerOptions = {}, network: Network = threadNetwork) {
    super();
    this.#request = serverRequest(options);
    this.#network = network;
  }

  /** An address is bound, and `close` was not called. */
  get listening(): boolean {
    return !this.#isClosing && this.#listening?.localAddress !== undefined;
  }

  /**
   * Binds the address and takes connections; `listening` is emitted when it does.
   * @throws {HawserError} `ERR_HAWSER_BAD_OPTION`, `ERR_HAWSER_ALREADY_LISTENING`.
   */
  listen(...given: ListenArguments): this {
    const { options, onListening } = listenArguments(given);
    const request = listenRequest(options);
    if (this.#listening !== undefined) {
      const text = 'this server listens already; close it first';
      throw new HawserError('ERR_HAWSER_ALREADY_LISTENING', text);
    }
    if (onListening !== undefined) this.once('listening', onListening);
    this.#closeOnAbort(request.signal);
    this.#listening = this.#newListening(request);
    if (!this.#isRefed) this.#listening.unref();
    return this;
  }

  /**
   * Takes no more connections; `close` is emitted when the last one has ended and the port is free.
   * `onClose` is called then, with `ERR_HAWSER_NOT_LISTENING` if there was nothing to close.
   */
  close(onClose?: (error?: Error) => void): this {
    const wasListening = this.#listening !== undefined && !this.#isClosing;
    if (onClose !== undefined)
      this.once('close', () => {
        onClose(wasListening ? undefined : notListening());
      });
    if (this.#listening === undefined) process.nextTick(() => this.emit('close'));
    else if (wasListening) {
      this.#isClosing = true;
      this.#listening.stop();
      if (this.#connections === 0) this.#listening.finish();
    }
    return this;
  }

  /** Null while no address is bound. */
  address(): AddressInfo | null {
    const address = this.#listening?.localAddress;
    return address === undefined ? null : addressInfo(address);
  }

  getConnections(callback: (error: Error | null, count: number) => void): this {
    process.nextTick(callback, null, this.#connections);
    return this;
  }

  ref(): this {
    this.#isRefed = true;
    this.#listening?.ref();
    return this;
  }

  unref(): this {
    this.#isRefed = false;
    this.#listening?.unref();
    return this;
  }

  /** Closes it, and waits until its sockets have ended and the port is free. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#listening === undefined) return;
    const closed = once(this, 'close');
    this.close();
    await closed;
  }

  /** Its sockets, until it is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<HawserSocket> {
    const arrivals = on(this, 'connection', { close: ['close'] });
    for await (const [socket] of arrivals as AsyncIterable<[HawserSocket]>) yield socket;
  }

  #newListening(request: ListenRequest): Listening {
    const listening: Listening = new Listening(this.#network, request, this.#request.connection, {
      onListening: () => {
        publish('server.listening', { server: this });
        this.emit('listening');
      },
      onConnection: (line) => {
        this.#take(line);
      },
      onFailure: (error) => {
        // One that is closing finishes when its sockets have closed, and then tells so.
        if (!this.#isClosing) {
          this.#listening = undefined;
          listening.finish();
        }
        this.emit('error', error);
      },
      onClosed: () => {
        if (this.#listening === listening) this.#closed();
      },
    });
    return listening;
  }

  #take(line: Line): void {
    if (this.#isClosing || this.#connections >= (this.maxConnections ?? Infinity)) {
      this.#drop(line);
      return;
    }
    const { socket: options, pauseOnConnect } = this.#request;
    const socket = accept(line, options, this.#network, () => {
      this.#connections -= 1;
      if (this.#isClosing && this.#connections === 0) this.#listening?.finish();
    });
    this.#connections += 1;
    if (pauseOnConnect) socket.pause();
    else socket.read(0);
    publish('server.connection', { server: this, socket });
    this.emit('connection', socket);
  }

  #drop({ connection, onReleased }: Line): void {
    const dropped = droppedConnection(connection);
    drop(connection);
    onReleased();
    publish('server.drop', { server: this, dropped });
    this.emit('drop', dropped);
  }

  #closed(): void {
    this.#listening = undefined;
    this.#isClosing = false;
    publish('server.close', { server: this });
    this.emit('close');
  }

  #closeOnAbort(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const close = () => this.close();
    if (signal.aborted) process.nextTick(close);
    else {
      signal.addEventListener('abort', close, { once: true });
      this.once('close', () => {
        signal.removeEventListener('abort', close);
      });
    }
  }
}

function notListening(): HawserError {
  return new HawserError('ERR_HAWSER_NOT_LISTENING', 'this server does not listen');
}

function droppedConnection({ localAddress, remoteAddress }: AsyncConnection): DroppedConnection {
  return {
    localAddress: localAddress.host,
    localPort: localAddress.port,
    localFamily: familyOf(localAddress.host),
    remoteAddress: remoteAddress.host,
    remotePort: remoteAddress.port,
    remoteFamily: familyOf(remoteAddress.host),
  };
}
