/**
 * The course's Streamer: a blocking, reliable, ordered byte stream to one peer over UDP. For worker
 * threads, which may block; the threads behind it are started by the main thread's `EndpointHost`.
 *
 * Both sides are equal: either may start first, and each names its own and the other's address.
 */
import { randomInt } from 'node:crypto';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';
import { nowMicros } from './clock.js';
import { EndpointHandle } from './endpoint/handle.js';
import { portBesideListener } from './endpoint/outlets.js';
import { ENDPOINT_CHANNEL, type EndpointTask } from './endpoint/task.js';
import { ThreadSide } from './endpoint/thread-side.js';
import { HawserError } from './errors.js';
import { allocateConnection, ConnectionMemory } from './memory/connection-memory.js';
import { allocateEndpoint, type EndpointMemory } from './memory/endpoint-memory.js';
import { hasFailed } from './memory/failure.js';
import type { TransportStatistics } from './memory/statistics.js';
import { type Connection, initializeConnection } from './transport/connection.js';
import { TIMER_COUNT } from './transport/timers.js';
import type { SocketAddress } from './net/datagram-port.js';
import {
  ioOf,
  streamerGeometry,
  streamerSettings,
  type StreamerOptions,
} from './streamer-options.js';
import { Waiting } from './waiting.js';

export type { TransportStatistics } from './memory/statistics.js';
export type { StreamerOptions } from './streamer-options.js';

const HOST_PATIENCE_MS = 5_000;
/** The threads look at the stop word at once; what takes time is a main thread that is busy. */
const RELEASE_PATIENCE_MS = 2_000;
/** `recv` returns at most so many bytes at once: above 128 KiB, memory comes page by page. */
const LARGEST_PIECE_BYTES = 1 << 16;
const LISTENER_AND_TIMER = 2;

export class Streamer {
  readonly #endpoint: EndpointHandle;
  readonly #memory: EndpointMemory;
  readonly #connection: Connection;
  readonly #waiting: Waiting;
  #closed = false;

  /**
   * Blocks until the port is bound and the threads are up; does not wait for the peer.
   * @throws {HawserError} `ERR_HAWSER_ADDRESS_IN_USE`, `…_ADDRESS_INVALID`, `…_BAD_OPTION`,
   * `…_NO_HOST` if no main thread hosts endpoints.
   */
  constructor(
    destinationHost: string,
    destinationPort: number,
    sourceHost: string,
    sourcePort: number,
    options: StreamerOptions = {},
  ) {
    if (isMainThread) {
      const text =
        'a Streamer blocks, so it is for worker threads; use connect() on the main thread';
      throw new HawserError('ERR_HAWSER_BAD_OPTION', text);
    }
    const task = taskOf(options, {
      local: { host: sourceHost, port: sourcePort },
      remote: { host: destinationHost, port: destinationPort },
    });
    this.#endpoint = new EndpointHandle(task);
    this.#memory = this.#endpoint.memory;
    this.#start(task);
    const route = this.#endpoint.route();
    const port = portBesideListener(route, task, this.#memory);
    const usable = () => !this.#memory.stopRequested;
    const side = new ThreadSide(this.#memory, { ...task, ...route }, port, usable);
    const { memory, connection } = side.berth(task.only);
    this.#connection = connection;
    this.#waiting = new Waiting(memory, connection);
  }

  /** Queues all of `bytes`; blocks while the send buffer is full. */
  send(bytes: Uint8Array): void {
    this.#check();
    for (let from = 0; from < bytes.length;) {
      const count = this.#connection.write(bytes, from, bytes.length, nowMicros());
      if (count === 0) this.#waitForRoom();
      from += count;
    }
  }

  /** The next piece of the stream, any length above 0; empty at its end. Blocks until it is there. */
  recv(): Uint8Array {
    for (;;) {
      this.#check();
      if (this.#waitForData()) return new Uint8Array(0);
      const piece = this.#read();
      if (piece.length > 0) return piece;
    }
  }

  /** Whether `recv` would return at once; waits at most `limitMs` for that. */
  isReadable(limitMs: number): boolean {
    this.#check();
    const readable = this.#waiting.forDataWithin(limitMs);
    this.#throwIfEnded();
    return readable;
  }

  /**
   * Ends our stream and blocks until both sides have acknowledged each other's end (or, where the
   * last acknowledgment is in doubt, for the 2 s in which a repeated FIN is answered). What the peer
   * still sends is discarded. The port is free again on return.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#throwIfEnded();
      this.#connection.writing.end(nowMicros());
      this.#connection.output(nowMicros());
      while (this.#waiting.forDataOrClosed()) this.#read();
      this.#waiting.forLastWord();
      this.#throwIfEnded();
    } finally {
      this.#endpoint.requestStop();
      this.#memory.waitForRelease(Date.now() + RELEASE_PATIENCE_MS);
    }
  }

  statistics(): TransportStatistics {
    return this.#endpoint.statistics();
  }

  #start(task: EndpointTask): void {
    const channel = new BroadcastChannel(ENDPOINT_CHANNEL);
    channel.postMessage({ kind: 'endpoint', task });
    channel.close();
    const deadlineMs = Date.now() + HOST_PATIENCE_MS;
    const failed = () => hasFailed(this.#memory);
    if (!this.#memory.waitForThreads(LISTENER_AND_TIMER, deadlineMs, failed) && !failed()) {
      const text =
        'nobody started threads for this Streamer; create an EndpointHost on the main thread first';
      this.#endpoint.fail('ERR_HAWSER_NO_HOST', text);
    }
    this.#throwIfEnded();
  }

  #waitForRoom(): void {
    this.#waiting.forRoom();
    this.#check();
  }

  /** True at the end of the stream. */
  #waitForData(): boolean {
    const atEnd = this.#waiting.forData();
    this.#throwIfEnded();
    return atEnd;
  }

  #read(): Uint8Array {
    const { reading } = this.#connection;
    // Every byte is written before anybody sees it.
    const piece = Buffer.allocUnsafeSlow(reading.readableBytes(LARGEST_PIECE_BYTES));
    if (reading.read(piece, 0, piece.length)) this.#connection.output(nowMicros());
    return piece;
  }

  #check(): void {
    this.#throwIfEnded();
    if (this.#closed) throw new HawserError('ERR_HAWSER_CLOSED', 'this Streamer has been closed');
  }

  #throwIfEnded(): void {
    const failure = this.#endpoint.failure();
    if (failure !== undefined) {
      // The threads and the port are for others to use, also if nobody calls close any more.
      this.#endpoint.requestStop();
      throw failure;
    }
    if (this.#closed && this.#connection.life.seemsClosed()) return;
    if (!this.#memory.stopRequested) return;
    const text = this.#closed
      ? 'this Streamer has been closed'
      : 'the host of this Streamer was closed';
    throw new HawserError('ERR_HAWSER_CLOSED', text);
  }
}

/** An endpoint with one connection, whose memory is ready for the threads. */
function taskOf(
  options: StreamerOptions,
  { local, remote }: { local: SocketAddress; remote: SocketAddress },
): EndpointTask & { only: NonNullable<EndpointTask['only']> } {
  const settings = streamerSettings(options);
  const memory = allocateConnection(streamerGeometry(options), TIMER_COUNT, randomConnectionId());
  initializeConnection(new ConnectionMemory(memory, TIMER_COUNT), settings, nowMicros());
  return {
    memory: allocateEndpoint(1),
    local,
    io: ioOf(options),
    ...(options.impairment !== undefined && { impairments: options.impairment }),
    only: { place: 0, memory, settings, remote },
  };
}

/** 32 random bits, but not 0, which stands for "unknown". */
function randomConnectionId(): number {
  return randomInt(1, 2 ** 32) | 0;
}
