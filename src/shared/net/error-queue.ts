/**
 * ICMP errors that came back for datagrams sent earlier, from the socket's error queue
 * (IP_RECVERR): to whom the datagram went, and why it did not get there. Listener's thread.
 */
import type { BatchedSocket } from './batched-socket.js';
import type { SocketAddress } from './datagram-port.js';
import { errnoName } from './errno.js';
import type { Libc } from './libc.js';
import * as abi from './linux-abi.js';
import { NativeMemory } from './native-memory.js';
import { decodeSockaddr } from './sockaddr.js';

const CONTROL_BYTES = 256;
const NAME = abi.MMSGHDR_BYTES;
const CONTROL = NAME + abi.SOCKADDR_BYTES;
/** A flood of errors must not keep the listener from its datagrams. */
const MAXIMUM_AT_ONCE = 64;

export class ErrorQueue {
  readonly #memory: NativeMemory;

  constructor(
    private readonly libc: Libc,
    private readonly socket: BatchedSocket,
  ) {
    this.#memory = new NativeMemory(libc, CONTROL + CONTROL_BYTES);
    const { address } = this.#memory;
    this.#memory.setPointer(abi.MSG_NAME, address + NAME);
    this.#memory.setPointer(abi.MSG_CONTROL, address + CONTROL);
  }

  /** Empties the queue; `visit` gets each destination with the name of the error. */
  drain(visit: (destination: SocketAddress, code: string) => void): void {
    const { address, bytes } = this.#memory;
    const flags = abi.MSG_ERRQUEUE | abi.MSG_DONTWAIT;
    for (let errors = 0; errors < MAXIMUM_AT_ONCE; errors++) {
      this.#memory.setWord(abi.MSG_NAMELEN, abi.SOCKADDR_BYTES);
      this.#memory.setWord(abi.MSG_CONTROLLEN, CONTROL_BYTES);
      if (this.libc.recvmsg(this.socket.socketFd, address, flags) < 0) return;
      const known = this.#memory.word(abi.MSG_NAMELEN) > 0;
      if (known) visit(decodeSockaddr(bytes, NAME), errnoName(this.#errno()));
    }
  }

  /** The first word of `struct sock_extended_err`, which is the first control message. */
  #errno(): number {
    return this.#memory.word(CONTROL + abi.CMSG_DATA);
  }
}
