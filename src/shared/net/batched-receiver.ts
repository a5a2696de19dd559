/**
 * Takes what waits on a batched socket: one `recvmmsg` for up to eight messages, each of which may
 * be many datagrams of one length that the kernel has put together (UDP_GRO). Listener's thread.
 */
import type { BatchedSocket } from './batched-socket.js';
import {
  type DatagramBatch,
  datagramsIn,
  type DatagramVisitor,
  type SocketAddress,
  type TrainVisitor,
} from './datagram-port.js';
import type { Libc } from './libc.js';
import * as abi from './linux-abi.js';
import { NativeMemory } from './native-memory.js';
import { SourceCache } from './source-cache.js';

const MESSAGES = 8;
/** No message is longer, put together or not. */
const MESSAGE_BYTES = 1 << 16;
const CONTROL_BYTES = 64;

const NAMES = MESSAGES * abi.MMSGHDR_BYTES;
const CONTROLS = NAMES + MESSAGES * abi.SOCKADDR_BYTES;
const RANGES = CONTROLS + MESSAGES * CONTROL_BYTES;
const TABLE_BYTES = RANGES + MESSAGES * abi.IOVEC_BYTES;

export class BatchedReceiver implements DatagramBatch {
  count = 0;
  bytes = 0;
  readonly #table: NativeMemory;
  readonly #scratch: NativeMemory;
  readonly #scratchStart: number;
  readonly #sources = new SourceCache();
  /** For each message: its bytes, and the bytes of each datagram in it but the last. */
  readonly #length = new Int32Array(MESSAGES);
  readonly #segmentBytes = new Int32Array(MESSAGES);
  #messages = 0;

  /** Payloads that follow a header of `usualHeaderBytes` come to lie at multiples of 8. */
  constructor(
    private readonly libc: Libc,
    private readonly socket: BatchedSocket,
    usualHeaderBytes = 0,
  ) {
    this.#table = new NativeMemory(libc, TABLE_BYTES);
    this.#scratch = new NativeMemory(libc, MESSAGES * MESSAGE_BYTES + 8);
    this.#scratchStart = -usualHeaderBytes & 7;
    for (let message = 0; message < MESSAGES; message++) this.#initialize(message);
  }

  /** Takes what is there without waiting. Returns 0, or the number of the error. */
  receive(): number {
    const { address } = this.#table;
    const { socketFd } = this.socket;
    for (let message = 0; message < MESSAGES; message++) this.#prepare(message);
    const result = this.libc.recvmmsg(socketFd, address, MESSAGES, abi.MSG_DONTWAIT, 0);
    const error = result < 0 ? this.libc.errno() : 0;
    this.count = 0;
    this.bytes = 0;
    this.#messages = Math.max(0, result);
    for (let message = 0; message < this.#messages; message++) this.#measure(message);
    return error;
  }

  forEach(visit: DatagramVisitor): void {
    this.forEachTrain((bytes, from, end, every, source) => {
      let start = from;
      do {
        const next = Math.min(start + every, end);
        visit(bytes, start, next, source);
        start = next;
      } while (start < end);
    });
  }

  forEachTrain(visit: TrainVisitor): void {
    for (let message = 0; message < this.#messages; message++) {
      const start = this.#startOf(message);
      const end = start + this.#length[message];
      visit(this.#scratch.bytes, start, end, this.#segmentBytes[message], this.#sourceOf(message));
    }
  }

  #startOf(message: number): number {
    return this.#scratchStart + message * MESSAGE_BYTES;
  }

  #sourceOf(message: number): SocketAddress {
    return this.#sources.lookUp(this.#table, NAMES + message * abi.SOCKADDR_BYTES);
  }

  #measure(message: number): void {
    const length = this.#table.word(message * abi.MMSGHDR_BYTES + abi.MSG_TRANSFERRED);
    const segmentBytes = this.#cutEvery(message) || length;
    this.#length[message] = length;
    this.#segmentBytes[message] = segmentBytes;
    this.count += datagramsIn(0, length, segmentBytes);
    this.bytes += length;
  }

  /** The length the kernel put datagrams together by; 0 if the message is one datagram. */
  #cutEvery(message: number): number {
    const at = message * abi.MMSGHDR_BYTES;
    const control = CONTROLS + message * CONTROL_BYTES;
    if (this.#table.word(at + abi.MSG_CONTROLLEN) < abi.CMSG_DATA) return 0;
    if (this.#table.word(control + abi.CMSG_LEVEL) !== abi.SOL_UDP) return 0;
    if (this.#table.word(control + abi.CMSG_TYPE) !== abi.UDP_GRO) return 0;
    return this.#table.word(control + abi.CMSG_DATA);
  }

  #initialize(message: number): void {
    const at = message * abi.MMSGHDR_BYTES;
    const range = RANGES + message * abi.IOVEC_BYTES;
    const table = this.#table;
    table.setPointer(at + abi.MSG_NAME, table.address + NAMES + message * abi.SOCKADDR_BYTES);
    table.setPointer(at + abi.MSG_CONTROL, table.address + CONTROLS + message * CONTROL_BYTES);
    table.setPointer(at + abi.MSG_IOV, table.address + range);
    table.setWord(at + abi.MSG_IOVLEN, 1);
    table.setPointer(range, this.#scratch.address + this.#startOf(message));
    table.setWord(range + abi.IOV_LENGTH, MESSAGE_BYTES);
  }

  /** The kernel overwrites these with what it used of them. */
  #prepare(message: number): void {
    const at = message * abi.MMSGHDR_BYTES;
    this.#table.setWord(at + abi.MSG_NAMELEN, abi.SOCKADDR_BYTES);
    this.#table.setWord(at + abi.MSG_CONTROLLEN, CONTROL_BYTES);
  }
}
