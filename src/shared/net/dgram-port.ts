/**
 * The portable port: `node:dgram` on the listener's event loop.
 *
 * Datagrams that arrive in one turn of the loop are handed up together. The listener's bell reaches
 * the loop through `Atomics.waitAsync`, deadlines through a timer; every failure, also one thrown
 * by a callback, rings the bell, so that `run` is the only place that ends the loop.
 */
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { nowMicros } from '../clock.js';
import { HawserError } from '../errors.js';
import type { Bell } from '../memory/bell.js';
import type { DatagramPort, DatagramRun, PortEvents, SocketAddress } from './datagram-port.js';
import { DeadlineTimer } from './deadline-timer.js';
import { DgramInbox } from './dgram-inbox.js';
import { DgramOutbox } from './dgram-outbox.js';
import {
  addressFamily,
  addressText,
  bindError,
  hostForFamily,
  isLoopback,
} from './socket-address.js';
import type { AddressFamily } from './socket-address.js';
import {
  ETHERNET_UDP_PAYLOAD_BYTES,
  MAXIMUM_UDP_PAYLOAD_BYTES,
  SOCKET_BUFFER_BYTES,
} from './udp.js';

export interface DgramPortOptions extends SocketAddress {
  /** Rung by any thread that wants `onWake`, or that has told the loop to stop. */
  readonly bell: Bell;
}

/**
 * Binds a UDP socket; port 0 takes a free one.
 * @throws {HawserError} `ERR_HAWSER_ADDRESS_IN_USE`, `ERR_HAWSER_ADDRESS_INVALID`, `ERR_HAWSER_SOCKET`.
 */
export async function openDgramPort(options: DgramPortOptions): Promise<DgramPort> {
  const family = addressFamily(options);
  const socket = createSocket(socketOptions(family));
  try {
    // With that look-up the socket may be bound, or refused, before bind returns.
    const listening = once(socket, 'listening');
    socket.bind({ address: options.host, port: options.port, exclusive: true });
    await listening;
  } catch (error) {
    socket.close();
    throw bindError(options, (error as NodeJS.ErrnoException).code ?? 'unknown', error);
  }
  // Runs before the loop polls again, so that no datagram finds nobody home.
  return new DgramPort(socket, family, options.bell);
}

function socketOptions(family: AddressFamily): SocketOptions {
  return {
    type: family === 6 ? 'udp6' : 'udp4',
    recvBufferSize: SOCKET_BUFFER_BYTES,
    sendBufferSize: SOCKET_BUFFER_BYTES,
    // Node's own look-up answers a numeric address on the next tick, which would put off every
    // send; this one answers during the call.
    lookup: (host, _options, callback) => {
      callback(null, host, family);
    },
  };
}

export class DgramPort implements DatagramPort {
  readonly maximumDatagramBytes = MAXIMUM_UDP_PAYLOAD_BYTES;
  readonly sendsFromAnyThread = false;
  readonly localAddress: SocketAddress;
  /** Datagrams that the system refused to send, and why the last one was. */
  sendFailures = 0;
  lastSendFailure: Error | undefined;

  readonly #inbox = new DgramInbox();
  readonly #outbox: DgramOutbox;
  readonly #timer = new DeadlineTimer(() => {
    this.#onTimer();
  });
  #events: PortEvents | undefined;
  #delivery: NodeJS.Immediate | undefined;
  #failure: unknown;
  #closed = false;
  #refusedBytes = Infinity;

  /** `socket` is bound. */
  constructor(
    private readonly socket: Socket,
    private readonly family: AddressFamily,
    private readonly bell: Bell,
  ) {
    this.#outbox = new DgramOutbox(() => socket.getSendQueueCount());
    const { address, port } = socket.address();
    this.localAddress = { host: address, port };
    socket.on('message', this.#onMessage);
    socket.on('error', (cause) => {
      const message = `the socket of ${addressText(this.localAddress)} failed: ${cause.message}`;
      this.#fail(new HawserError('ERR_HAWSER_SOCKET', message, { cause }));
    });
  }

  allowance(): number {
    return Infinity;
  }

  send(run: DatagramRun, destination: SocketAddress): void {
    if (this.#closed) return;
    this.#outbox.recycle();
    const host = hostForFamily(destination.host, this.family);
    // Node cannot keep the kernel from cutting a datagram; where a piece may get lost, all is lost.
    const limit = isLoopback(host) ? MAXIMUM_UDP_PAYLOAD_BYTES : ETHERNET_UDP_PAYLOAD_BYTES;
    for (let at = 0; at < run.count; at++) {
      const bytes = run.headerLength[at] + run.payloadLength[at];
      if (bytes > limit) {
        this.#refuse(bytes);
        continue;
      }
      const datagram = this.#outbox.copy(run, at);
      if (datagram === undefined) this.#onSent(new Error('the send queue is full'));
      else this.#sendOne(datagram, destination.port, host);
    }
  }

  takeRefusedBytes(): number {
    const bytes = this.#refusedBytes;
    this.#refusedBytes = Infinity;
    return bytes;
  }

  async run(events: PortEvents, stopped: () => boolean): Promise<void> {
    if (this.#events) throw new HawserError('ERR_HAWSER_INTERNAL', 'the port already runs');
    this.#events = events;
    try {
      this.#deliverSoon();
      while (true) {
        const ticket = this.bell.ticket();
        if (stopped()) return;
        this.#throwIfDead();
        events.onWake();
        this.#timer.arm(events.nextDeadlineMicros());
        // Rung again meanwhile: the socket has its turn first, however often the bell is rung.
        if (this.bell.ticket() === ticket) await this.bell.waitAsync(ticket);
        else await nextTurn();
      }
    } finally {
      this.#events = undefined;
      this.#timer.clear();
      clearImmediate(this.#delivery);
      this.#delivery = undefined;
    }
  }

  /** Nothing is held back here: what `send` took is with the system. */
  drain(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.bell.ring();
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }

  #throwIfDead(): void {
    // Whatever was thrown is passed on as it is.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#closed) return;
    throw new HawserError('ERR_HAWSER_CLOSED', `port ${addressText(this.localAddress)} is closed`);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.bell.ring();
  }

  #sendOne(datagram: Uint8Array, port: number, host: string): void {
    try {
      this.socket.send(datagram, port, host, this.#onSent);
    } catch (error) {
      // Node refuses a destination port 0, which a forged source address may well contain.
      this.#onSent(error as Error);
    }
  }

  #refuse(bytes: number): void {
    this.sendFailures++;
    this.#refusedBytes = Math.min(this.#refusedBytes, bytes);
  }

  #onSent = (error: Error | null): void => {
    if (error === null) return;
    this.sendFailures++;
    this.lastSendFailure = error;
  };

  #onMessage = (message: Buffer, source: RemoteInfo): void => {
    if (this.#inbox.put(message, source)) this.#deliverSoon();
  };

  /** Puts delivery off to the end of this turn of the loop, when all that was waiting is here. */
  #deliverSoon(): void {
    if (this.#inbox.count === 0 || this.#events === undefined) return;
    this.#delivery ??= setImmediate(this.#deliver);
  }

  #deliver = (): void => {
    this.#delivery = undefined;
    this.#callUp((events) => {
      events.onDatagrams(this.#inbox);
    });
    this.#inbox.clear();
  };

  #onTimer(): void {
    this.#callUp((events) => {
      if (nowMicros() >= events.nextDeadlineMicros()) events.onWake();
    });
  }

  #callUp(call: (events: PortEvents) => void): void {
    if (this.#events === undefined) return;
    try {
      call(this.#events);
      this.#timer.arm(this.#events.nextDeadlineMicros());
    } catch (error) {
      this.#fail(error);
    }
  }
}
