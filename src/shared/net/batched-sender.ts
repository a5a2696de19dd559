/**
 * Sends runs on the descriptor of a batched socket, with tables of its own: one object a thread,
 * any number of threads a socket. Waits only when the kernel's buffer is full, and then briefly.
 */
import type { BatchedSocket } from './batched-socket.js';
import type { DatagramRun, SocketAddress } from './datagram-port.js';
import { ERRNO, errnoName, isLackOfRoom, isUnreachable } from './errno.js';
import type { Libc, Pointer } from './libc.js';
import * as abi from './linux-abi.js';
import { Poller } from './poller.js';
import { SendTable } from './send-table.js';
import { encodeSockaddr } from './sockaddr.js';

/** Tries of one message: a pending ICMP error fails one, a full buffer another. */
const MAXIMUM_TRIES = 3;
/**
 * The kernel calls a socket writable when its buffer is half empty, but has room for a run long before:
 * so not longer than that takes, for whoever sends holds a lock.
 */
const FULL_BUFFER_WAIT_MICROS = 1000;

/** What is known of the way to one destination. */
interface Path {
  /** The destination as the kernel wants it. */
  readonly sockaddr: Uint8Array;
  /** Datagrams this long or longer go one by one: the kernel does not cut them out of a message. */
  segmentLimitBytes: number;
}

export class BatchedSender {
  /** Datagrams that the kernel refused, and the name of the last error. */
  failures = 0;
  lastFailure: string | undefined;
  #refusedBytes = Infinity;
  readonly #table: SendTable;
  readonly #writable: Poller;
  readonly #bases = new WeakMap<Uint8Array, Pointer>();
  readonly #paths = new WeakMap<SocketAddress, Path>();
  /** The path whose destination is in the table. */
  #aimedAt: Path | undefined;
  /** The path's limit, or a lower one that is being tried. */
  #segmentLimitBytes = 0;

  constructor(
    private readonly libc: Libc,
    private readonly socket: BatchedSocket,
  ) {
    this.#table = new SendTable(libc);
    this.#writable = new Poller(libc, [[socket.socketFd, abi.POLLOUT]]);
  }

  send(run: DatagramRun, destination: SocketAddress): void {
    const path = this.#pathTo(destination);
    if (path === undefined) {
      this.#lose(run.count, errnoName(ERRNO.EINVAL));
      return;
    }
    this.#aimAt(path);
    const failuresBefore = this.failures;
    const base = this.#baseOf(run.memory);
    for (let at = 0; at < run.count;) {
      const next = this.#table.fill(run, base, at, this.#segmentLimitBytes);
      at = this.#transmit(run, next);
    }
    // A refusal to cut is believed only if the same datagrams then went one by one.
    if (this.failures === failuresBefore) path.segmentLimitBytes = this.#segmentLimitBytes;
  }

  /** The shortest datagram that was too long for the first link since the last call; or Infinity. */
  takeRefusedBytes(): number {
    const bytes = this.#refusedBytes;
    this.#refusedBytes = Infinity;
    return bytes;
  }

  /** `undefined` if there is none: the other family, or port 0, as in forged source addresses. */
  #pathTo(destination: SocketAddress): Path | undefined {
    const known = this.#paths.get(destination);
    if (known !== undefined) return known;
    const sockaddr = encodeSockaddr(destination, this.socket.family);
    if (sockaddr === undefined || destination.port === 0) return undefined;
    const path: Path = { sockaddr, segmentLimitBytes: this.socket.segmentation ? Infinity : 0 };
    this.#paths.set(destination, path);
    return path;
  }

  #aimAt(path: Path): void {
    this.#segmentLimitBytes = path.segmentLimitBytes;
    if (path === this.#aimedAt) return;
    this.#aimedAt = path;
    this.#table.setName(path.sockaddr);
  }

  #baseOf(memory: Uint8Array): Pointer {
    let base = this.#bases.get(memory);
    if (base === undefined) {
      base = this.libc.addressOf(memory);
      this.#bases.set(memory, base);
    }
    return base;
  }

  /** Sends the table's messages. Returns the datagram to go on with, `next` if all went well. */
  #transmit(run: DatagramRun, next: number): number {
    const table = this.#table;
    let sent = 0;
    for (let tries = 0; sent < table.count;) {
      const left = table.count - sent;
      const { socketFd } = this.socket;
      const result = this.libc.sendmmsg(socketFd, table.addressOf(sent), left, abi.MSG_DONTWAIT);
      if (result > 0) {
        sent += result;
        tries = 0;
        continue;
      }
      const error = this.libc.errno();
      tries++;
      if (error === ERRNO.EINTR || (tries < MAXIMUM_TRIES && this.#worthRetrying(error))) continue;
      // Not before: what ICMP said of an earlier datagram may look like it, and goes away.
      if (this.#refusedToCut(sent, error)) return table.first[sent];
      if (isLackOfRoom(error)) {
        // The rest would meet the same full buffer: like a router's queue, drop the tail.
        this.#lose(run.count - table.first[sent], errnoName(error));
        return run.count;
      }
      if (error === ERRNO.EMSGSIZE) this.#noteRefused(table.segmentBytes[sent]);
      this.#lose(table.segments[sent], errnoName(error));
      sent++;
      tries = 0;
    }
    return next;
  }

  /** Notes what the kernel cannot cut; true if the message is to be sent again in pieces. */
  #refusedToCut(message: number, error: number): boolean {
    if (this.#table.segments[message] === 1) return false;
    if (error === ERRNO.EMSGSIZE || error === ERRNO.EINVAL) {
      this.#segmentLimitBytes = this.#table.segmentBytes[message];
      return true;
    }
    // The device cannot checksum segments, or the kernel does not know how to cut at all.
    if (error !== ERRNO.EIO && error !== ERRNO.EOPNOTSUPP) return false;
    this.#segmentLimitBytes = 0;
    return true;
  }

  #worthRetrying(error: number): boolean {
    if (isLackOfRoom(error)) {
      this.#writable.wait(FULL_BUFFER_WAIT_MICROS);
      return true;
    }
    // An ICMP error, perhaps of another peer, is told to whoever calls next, once.
    return isUnreachable(error);
  }

  #noteRefused(bytes: number): void {
    this.#refusedBytes = Math.min(this.#refusedBytes, bytes);
  }

  #lose(datagrams: number, error: string): void {
    this.failures += datagrams;
    this.lastFailure = error;
  }
}
