/** One socket of a batched relay with the tables to send by it. Relay's thread. */
import { BatchedSender } from '../net/batched-sender.js';
import {
  type BatchedSocket,
  closeBatchedSocket,
  openBatchedSocket,
} from '../net/batched-socket.js';
import type { DatagramRun, SocketAddress } from '../net/datagram-port.js';
import type { Libc } from '../net/libc.js';
import type { RelaySocket } from './relay-socket.js';

export class BatchedRelaySocket implements RelaySocket {
  readonly socket: BatchedSocket;
  readonly #sender: BatchedSender;
  #closed = false;

  /** @throws {HawserError} as {@link openBatchedSocket}. */
  constructor(
    libc: Libc,
    address: SocketAddress,
    private readonly onClose: (closed: BatchedRelaySocket) => void,
  ) {
    this.socket = openBatchedSocket(libc, address);
    this.#sender = new BatchedSender(libc, this.socket);
  }

  get sendFailures(): number {
    return this.#sender.failures;
  }

  send(run: DatagramRun, destination: SocketAddress): void {
    if (!this.#closed) this.#sender.send(run, destination);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeBatchedSocket(this.socket);
    this.onClose(this);
  }
}
