/**
 * The descriptors of a batched port: a UDP socket, and an eventfd that wakes its listener.
 *
 * A descriptor belongs to the process: one thread opens and closes, the others get the numbers. Close
 * only when no other thread uses them any more: the kernel gives the same numbers out again. Node
 * knows them as if it had opened them, so that a worker that ends without closing, as one that is
 * terminated, leaves neither descriptors nor a bound port behind.
 */
import { closeSync, openSync } from 'node:fs';

import type { HawserError } from '../errors.js';
import type { SocketAddress } from './datagram-port.js';
import { errnoName } from './errno.js';
import type { Libc } from './libc.js';
import * as abi from './linux-abi.js';
import { NativeMemory } from './native-memory.js';
import { decodeSockaddr, encodeSockaddr } from './sockaddr.js';
import { addressFamily, bindError, type AddressFamily } from './socket-address.js';
import { SOCKET_BUFFER_BYTES } from './udp.js';

/** Plain data, for handing to other threads. */
export interface BatchedSocket {
  readonly socketFd: number;
  readonly eventFd: number;
  readonly family: AddressFamily;
  readonly localAddress: SocketAddress;
  /** Whether the kernel cuts a large send into datagrams (UDP_SEGMENT). */
  readonly segmentation: boolean;
}

export interface BatchedSocketOptions {
  /**
   * Let the kernel and routers cut what is too long for the path; default true. Without it such a
   * datagram is lost, or refused with EMSGSIZE if the first link cannot carry it.
   */
  readonly fragments?: boolean;
}

/**
 * Binds a UDP socket; port 0 takes a free one.
 * @throws {HawserError} `ERR_HAWSER_ADDRESS_IN_USE`, `ERR_HAWSER_ADDRESS_INVALID`, `ERR_HAWSER_SOCKET`.
 */
export function openBatchedSocket(
  libc: Libc,
  address: SocketAddress,
  options: BatchedSocketOptions = {},
): BatchedSocket {
  const opening = new Opening(libc, address, options);
  try {
    return opening.open();
  } catch (error) {
    opening.abandon();
    throw error;
  }
}

/** On the thread that opened it. */
export function closeBatchedSocket({ socketFd, eventFd }: BatchedSocket): void {
  closeSync(socketFd);
  closeSync(eventFd);
}

class Opening {
  readonly #memory: NativeMemory;
  readonly #family: AddressFamily;
  #socketFd = -1;
  #eventFd = -1;

  constructor(
    private readonly libc: Libc,
    private readonly address: SocketAddress,
    private readonly options: BatchedSocketOptions,
  ) {
    this.#family = addressFamily(address);
    this.#memory = new NativeMemory(libc, 2 * abi.SOCKADDR_BYTES);
  }

  open(): BatchedSocket {
    const domain = this.#family === 6 ? abi.AF_INET6 : abi.AF_INET;
    this.#socketFd = this.#adopt(this.libc.socket(domain, abi.SOCK_DGRAM | abi.SOCK_CLOEXEC, 0));
    this.#eventFd = this.#adopt(this.libc.eventfd(0, abi.EFD_CLOEXEC | abi.EFD_NONBLOCK));
    this.#reportRefusals();
    if (this.options.fragments === false) this.#forbidFragments();
    this.#sizeBuffers();
    this.#set(abi.SOL_UDP, abi.UDP_GRO, 1);
    const segmentation = this.#set(abi.SOL_UDP, abi.UDP_SEGMENT, 0);
    this.#bind();
    return {
      socketFd: this.#socketFd,
      eventFd: this.#eventFd,
      family: this.#family,
      localAddress: this.#boundAddress(),
      segmentation,
    };
  }

  abandon(): void {
    if (this.#socketFd >= 0) closeSync(this.#socketFd);
    if (this.#eventFd >= 0) closeSync(this.#eventFd);
  }

  /** Puts a descriptor in the place of one that Node has opened, and closes with this thread. */
  #adopt(opened: number): number {
    this.#check(opened);
    try {
      const known = this.#openKnown();
      this.#check(this.libc.dup3(opened, known, abi.O_CLOEXEC));
      return known;
    } finally {
      this.libc.close(opened);
    }
  }

  #openKnown(): number {
    try {
      return openSync('/dev/null', 'r');
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      throw bindError(this.address, code, cause);
    }
  }

  /** An unconnected socket hears of ICMP errors only on request. */
  #reportRefusals(): void {
    this.#set(abi.SOL_IP, abi.IP_RECVERR, 1);
    if (this.#family === 4) return;
    this.#set(abi.SOL_IPV6, abi.IPV6_RECVERR, 1);
    this.#set(abi.SOL_IPV6, abi.IPV6_V6ONLY, 0);
  }

  #forbidFragments(): void {
    this.#set(abi.SOL_IP, abi.IP_MTU_DISCOVER, abi.PMTUDISC_PROBE);
    if (this.#family === 6) {
      this.#set(abi.SOL_IPV6, abi.IPV6_MTU_DISCOVER, abi.PMTUDISC_PROBE);
    }
  }

  /** Beyond the system's limit if we may, up to it otherwise. */
  #sizeBuffers(): void {
    const size = SOCKET_BUFFER_BYTES;
    if (!this.#set(abi.SOL_SOCKET, abi.SO_RCVBUFFORCE, size)) {
      this.#set(abi.SOL_SOCKET, abi.SO_RCVBUF, size);
    }
    if (!this.#set(abi.SOL_SOCKET, abi.SO_SNDBUFFORCE, size)) {
      this.#set(abi.SOL_SOCKET, abi.SO_SNDBUF, size);
    }
  }

  #set(level: number, name: number, value: number): boolean {
    this.#memory.setWord(0, value);
    return this.libc.setsockopt(this.#socketFd, level, name, this.#memory.address, 4) === 0;
  }

  #bind(): void {
    const encoded = encodeSockaddr(this.address, this.#family) ?? new Uint8Array(0);
    this.#memory.bytes.set(encoded);
    this.#check(this.libc.bind(this.#socketFd, this.#memory.address, encoded.length));
  }

  #boundAddress(): SocketAddress {
    const { address } = this.#memory;
    this.#memory.setWord(abi.SOCKADDR_BYTES, abi.SOCKADDR_BYTES);
    this.#check(this.libc.getsockname(this.#socketFd, address, address + abi.SOCKADDR_BYTES));
    return decodeSockaddr(this.#memory.bytes, 0);
  }

  #check(result: number): void {
    if (result < 0) throw this.#error();
  }

  #error(): HawserError {
    return bindError(this.address, errnoName(this.libc.errno()));
  }
}
