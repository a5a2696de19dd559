/**
 * An endpoint as it is handed from thread to thread: the task that its role threads get, and the
 * handle by which any thread stops it, fails it, and reads its statistics.
 */
import type { ErrorCode, HawserError } from './errors.js';
import { ConnectionMemory } from './memory/connection-memory.js';
import { fail, failureOf } from './memory/failure.js';
import { ConnectionWord } from './memory/layout.js';
import { statisticsOf, type TransportStatistics } from './memory/statistics.js';
import type { BatchedSocket } from './net/batched-socket.js';
import type { SocketAddress } from './net/datagram-port.js';
import { attachBell } from './net/native-bell.js';
import type { Impairments } from './net/impairments.js';
import type { TransportSettings } from './transport/settings.js';
import { closeFailed } from './transport/life.js';
import { TIMER_COUNT } from './transport/timers.js';

export type { TransportStatistics } from './memory/statistics.js';

/** The channel on which a worker announces an endpoint that needs threads. */
export const ENDPOINT_CHANNEL = 'hawser:endpoints';

/** What the listener and the timer of one endpoint are started with. */
export interface EndpointTask {
  readonly memory: SharedArrayBuffer;
  /** Host may be a name; port 0 takes a free one. */
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly settings: TransportSettings;
  readonly impairments?: Partial<Impairments>;
  /** Which sockets to use: `auto` takes batched ones where they work. */
  readonly io: 'auto' | 'dgram' | 'batched';
  /** Opened by the main thread where batched sockets are used. */
  readonly socket?: BatchedSocket;
}

/** How a thread other than the listener reaches the port: only where batched sockets are used. */
export interface Route {
  readonly socket: BatchedSocket;
  readonly peer: SocketAddress;
}

export class EndpointHandle {
  readonly memory: ConnectionMemory;

  constructor(buffer: SharedArrayBuffer) {
    this.memory = new ConnectionMemory(buffer, TIMER_COUNT);
  }

  get stopped(): boolean {
    return this.memory.stopRequested;
  }

  /** Sets the stop word and wakes whoever sleeps. */
  requestStop(): void {
    this.memory.requestStop();
  }

  /** Ends the endpoint with an error; the first one stays. The peer, if there is one, is told. */
  fail(code: ErrorCode, detail = code as string): void {
    if (!fail(this.memory, code, detail)) return;
    this.#abort();
    this.memory.wakeEverybody();
  }

  /** Both roles have ended, and the port is free for whoever wants it next. */
  noteReleased(): void {
    this.memory.noteReleased();
  }

  failure(): HawserError | undefined {
    return failureOf(this.memory);
  }

  statistics(): TransportStatistics {
    return statisticsOf(this.memory);
  }

  /** Main thread, before the roles start: tells every thread how to reach the socket. */
  attach(route: Route): void {
    const { words, routeText } = this.memory;
    const { written } = new TextEncoder().encodeInto(JSON.stringify(route), routeText);
    words[ConnectionWord.routeTextBytes] = written;
    attachBell(this.memory, route.socket);
  }

  /** Any thread once the roles are up; undefined if only the listener can send. */
  route(): Route | undefined {
    const { words, routeText } = this.memory;
    const length = words[ConnectionWord.routeTextBytes];
    if (length === 0) return undefined;
    return JSON.parse(new TextDecoder().decode(routeText.slice(0, length))) as Route;
  }

  #abort(): void {
    this.memory.sendMutex.hold((held) => {
      closeFailed(this.memory, held);
    });
  }
}
