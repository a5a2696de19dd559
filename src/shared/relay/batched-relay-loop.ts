/**
 * Drives a relay with system calls on many datagrams at once: sleeps in `ppoll` on all its sockets
 * until something comes or something is due. One thread opens, uses and closes the descriptors; if
 * it dies of a bug the process ends, and they with it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { nowMicros } from '../clock.js';
import { HawserError } from '../errors.js';
import { BatchedReceiver } from '../net/batched-receiver.js';
import type { BatchedSocket } from '../net/batched-socket.js';
import type { SocketAddress } from '../net/datagram-port.js';
import { errnoName, isPassing, isUnreachable } from '../net/errno.js';
import { ErrorQueue } from '../net/error-queue.js';
import type { Libc } from '../net/libc.js';
import * as abi from '../net/linux-abi.js';
import { Poller } from '../net/poller.js';
import { addressFamily } from '../net/socket-address.js';
import { BatchedRelaySocket } from './batched-relay-socket.js';
import type { Client } from './clients.js';
import { Relay, type RelayPlan } from './relay.js';
import type { RelayLoop } from './relay-loop.js';

/** How long the thread's event loop may have to wait, and the longest sleep in the kernel. */
const SLICE_MICROS = 50_000;
/** A receive that brings fewer has probably taken all there was. */
const FULL_RECEIVE = 8;
const MOST_RECEIVES = 16;

/** A socket that is polled, and whose it is; the listener is nobody's. */
interface Polled {
  readonly socket: BatchedRelaySocket;
  readonly client?: () => Client;
}

export class BatchedRelayLoop implements RelayLoop {
  readonly relay: Relay;
  readonly localAddress: SocketAddress;
  unreachable = 0;
  #failuresOfClosed = 0;
  #polled: Polled[] = [];
  #poller: Poller | undefined;
  readonly #listener: BatchedRelaySocket;
  readonly #receiver: BatchedReceiver;
  readonly #errors: ErrorQueue;
  /** The socket that receiver and error queue look at. */
  readonly #aim: { -readonly [Name in keyof BatchedSocket]: BatchedSocket[Name] };
  readonly #anyLocal: SocketAddress;

  /** @throws {HawserError} if `listen` cannot be bound. */
  constructor(
    private readonly libc: Libc,
    plan: RelayPlan,
    listen: SocketAddress,
  ) {
    this.#anyLocal = { host: addressFamily(plan.target) === 6 ? '::' : '0.0.0.0', port: 0 };
    this.#listener = this.#open(listen);
    this.localAddress = this.#listener.socket.localAddress;
    this.#aim = { ...this.#listener.socket };
    this.#receiver = new BatchedReceiver(libc, this.#aim);
    this.#errors = new ErrorQueue(libc, this.#aim);
    const openUpstream = (client: () => Client) => this.#open(this.#anyLocal, client);
    this.relay = new Relay(plan, { listener: this.#listener, openUpstream }, nowMicros());
  }

  get sendFailures(): number {
    const open = this.#polled.reduce((sum, { socket }) => sum + socket.sendFailures, 0);
    return this.#failuresOfClosed + open;
  }

  async run(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const sliceEnd = nowMicros() + SLICE_MICROS;
      while (nowMicros() < sliceEnd) this.#turn();
      await nextTurn();
    }
  }

  close(): void {
    this.relay.clients.endAll();
    this.#listener.close();
  }

  #turn(): void {
    const now = nowMicros();
    this.relay.turn(now);
    const poller = (this.#poller ??= this.#pollerOfAll());
    const sleepMicros = Math.min(this.relay.nextDueMicros - now, SLICE_MICROS);
    if (!poller.wait(sleepMicros)) return;
    // Who is admitted, or ends, while these are served is polled from the next turn on.
    this.#polled.forEach((polled, index) => {
      this.#serve(polled, poller.events(index));
    });
  }

  #serve(polled: Polled, events: number): void {
    if (events === 0) return;
    this.#aim.socketFd = polled.socket.socket.socketFd;
    if ((events & abi.POLLERR) !== 0) this.#drainErrors();
    for (let receives = 0; receives < MOST_RECEIVES; receives++) {
      const error = this.#receiver.receive();
      if (error !== 0 && !isPassing(error)) this.#onError(error);
      this.#handOver(polled);
      if (this.#receiver.count < FULL_RECEIVE) return;
    }
  }

  #handOver({ client }: Polled): void {
    const now = nowMicros();
    if (client === undefined) this.relay.fromClients(this.#receiver, now);
    else this.relay.fromTarget(client(), this.#receiver, now);
  }

  #onError(error: number): void {
    if (!isUnreachable(error)) {
      throw new HawserError('ERR_HAWSER_SOCKET', `a relay's socket failed: ${errnoName(error)}`);
    }
    this.unreachable += 1;
    this.#drainErrors();
  }

  #drainErrors(): void {
    this.#errors.drain(() => {
      this.unreachable += 1;
    });
  }

  #open(address: SocketAddress, client?: () => Client): BatchedRelaySocket {
    const socket = new BatchedRelaySocket(this.libc, address, this.#forget);
    this.#polled = [...this.#polled, client === undefined ? { socket } : { socket, client }];
    this.#poller = undefined;
    return socket;
  }

  #forget = (closed: BatchedRelaySocket): void => {
    this.#failuresOfClosed += closed.sendFailures;
    this.#polled = this.#polled.filter(({ socket }) => socket !== closed);
    this.#poller = undefined;
  };

  #pollerOfAll(): Poller {
    return new Poller(
      this.libc,
      this.#polled.map(({ socket }) => [socket.socket.socketFd, abi.POLLIN] as const),
    );
  }
}
