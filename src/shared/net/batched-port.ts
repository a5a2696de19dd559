/**
 * The fast port on Linux: system calls on shared memory, many datagrams a call, and a listener that
 * really blocks in the kernel.
 *
 * Each thread has a port object of its own, with its own tables, on the one {@link BatchedSocket}:
 * all may send, one runs the loop. The loop sleeps in `ppoll` on the socket and on the bell's
 * eventfd, and now and then lets the event loop of its thread turn: a thread in a loop of foreign
 * calls alone could be ended neither by `terminate` nor by the end of the process.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { nowMicros } from '../clock.js';
import { HawserError } from '../errors.js';
import { BatchedReceiver } from './batched-receiver.js';
import { BatchedSender } from './batched-sender.js';
import type { BatchedSocket } from './batched-socket.js';
import type { DatagramPort, DatagramRun, PortEvents, SocketAddress } from './datagram-port.js';
import { errnoName, isPassing, isUnreachable } from './errno.js';
import { ErrorQueue } from './error-queue.js';
import type { EventBell } from './event-bell.js';
import type { Libc } from './libc.js';
import * as abi from './linux-abi.js';
import { Poller } from './poller.js';
import { addressText } from './socket-address.js';
import { MAXIMUM_UDP_PAYLOAD_BYTES } from './udp.js';

/** How long the thread's event loop may have to wait, and the longest sleep in the kernel. */
const SLICE_MICROS = 100_000;
const SOCKET = 0;
const BELL = 1;

export interface BatchedPortOptions {
  readonly libc: Libc;
  readonly socket: BatchedSocket;
  /** On the eventfd of `socket`. */
  readonly bell: EventBell;
  /** Payloads behind a header of this length are received at multiples of 8. */
  readonly usualHeaderBytes?: number;
}

export class BatchedPort implements DatagramPort {
  readonly localAddress: SocketAddress;
  readonly maximumDatagramBytes = MAXIMUM_UDP_PAYLOAD_BYTES;
  readonly sendsFromAnyThread = true;
  readonly #sender: BatchedSender;
  readonly #receiver: BatchedReceiver;
  readonly #errors: ErrorQueue;
  readonly #poller: Poller;
  readonly #bell: EventBell;
  /** The last ring that `onWake` has answered. */
  #answered = -1;
  #closed = false;

  constructor({ libc, socket, bell, usualHeaderBytes }: BatchedPortOptions) {
    this.localAddress = socket.localAddress;
    this.#bell = bell;
    this.#sender = new BatchedSender(libc, socket);
    this.#receiver = new BatchedReceiver(libc, socket, usualHeaderBytes);
    this.#errors = new ErrorQueue(libc, socket);
    this.#poller = new Poller(libc, [
      [socket.socketFd, abi.POLLIN],
      [socket.eventFd, abi.POLLIN],
    ]);
  }

  /** Datagrams that the kernel refused on this thread, and why the last one was. */
  get sendFailures(): number {
    return this.#sender.failures;
  }

  get lastSendFailure(): string | undefined {
    return this.#sender.lastFailure;
  }

  allowance(): number {
    return Infinity;
  }

  send(run: DatagramRun, destination: SocketAddress): void {
    if (!this.#closed) this.#sender.send(run, destination);
  }

  takeRefusedBytes(): number {
    return this.#sender.takeRefusedBytes();
  }

  async run(events: PortEvents, stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const sliceEnd = nowMicros() + SLICE_MICROS;
      while (!stopped() && nowMicros() < sliceEnd) this.turn(events, SLICE_MICROS);
      await nextTurn();
    }
  }

  /**
   * One turn of the loop: hands up what waits on the socket and what the bell or the clock says;
   * with nothing to do it first sleeps, at most `sleepMicros`.
   * @throws {HawserError} `ERR_HAWSER_SOCKET` if the socket is dead, `ERR_HAWSER_CLOSED`.
   */
  turn(events: PortEvents, sleepMicros: number): void {
    this.#throwIfClosed();
    // Taken before the state is looked at: a ring from now on keeps the loop from sleeping.
    const ticket = this.#bell.ticket();
    const received = this.#receive(events);
    if (ticket !== this.#answered || nowMicros() >= events.nextDeadlineMicros()) {
      this.#answered = ticket;
      events.onWake();
    }
    // Asking the socket a few times more before sleeping does not pay: on two cores the spinning
    // thread keeps the one that would answer from running.
    // A single datagram is mostly all there is, and what has come meanwhile ends the sleep at once.
    if (received <= 1) this.#sleep(ticket, events, sleepMicros);
  }

  /** Nothing is held back here: what `send` took is with the system. */
  drain(): Promise<void> {
    return Promise.resolve();
  }

  /** Stops this thread's use of the socket. The descriptors are closed by who opened them. */
  close(): Promise<void> {
    this.#closed = true;
    this.#bell.ring();
    return Promise.resolve();
  }

  /** Returns how many datagrams there were. */
  #receive(events: PortEvents): number {
    const error = this.#receiver.receive();
    if (error !== 0 && !isPassing(error)) this.#onError(error, events);
    const { count } = this.#receiver;
    if (count > 0) events.onDatagrams(this.#receiver);
    return count;
  }

  #sleep(ticket: number, events: PortEvents, longestMicros: number): void {
    const micros = Math.min(events.nextDeadlineMicros() - nowMicros(), longestMicros);
    if (micros <= 0 || !this.#bell.fallAsleep(ticket)) return;
    const woken = this.#poller.wait(micros);
    this.#bell.wakeUp(woken && this.#poller.events(BELL) !== 0);
    if (woken) this.#lookForErrors(this.#poller.events(SOCKET), events);
  }

  #lookForErrors(happened: number, events: PortEvents): void {
    if ((happened & abi.POLLNVAL) !== 0) throw this.#dead('EBADF');
    if ((happened & abi.POLLERR) !== 0) this.#drainErrors(events);
  }

  /** A failed receive: usually an ICMP error for something sent, of which the queue knows more. */
  #onError(error: number, events: PortEvents): void {
    if (!isUnreachable(error)) throw this.#dead(errnoName(error));
    this.#drainErrors(events);
  }

  #drainErrors(events: PortEvents): void {
    this.#errors.drain((destination, code) => {
      // Too long for some link, as a probe may be: that says nothing of who is there.
      if (code !== 'EMSGSIZE') events.onUnreachable?.(destination, code);
    });
  }

  #throwIfClosed(): void {
    if (!this.#closed) return;
    throw new HawserError('ERR_HAWSER_CLOSED', `port ${addressText(this.localAddress)} is closed`);
  }

  #dead(code: string): HawserError {
    const message = `the socket of ${addressText(this.localAddress)} failed: ${code}`;
    return new HawserError('ERR_HAWSER_SOCKET', message);
  }
}
