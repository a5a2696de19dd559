/**
 * A fixed number of datagrams kept for later, each copied into a slot of one private memory.
 *
 * This is what bounds the memory of a simulated link: there are `capacity` slots and never more.
 * The last slot freed is the first taken, so that only as many pages are touched as were ever used
 * at once. One thread.
 */
import { congruentStart, copyBytes } from './copy-bytes.js';
import type { DatagramRun, SocketAddress } from './datagram-port.js';
import { ETHERNET_UDP_PAYLOAD_BYTES } from './udp.js';

/** Room for the largest datagram, moved by up to 7 bytes to lie congruent with its source. */
const STRIDE_BYTES = ETHERNET_UDP_PAYLOAD_BYTES + 8;
const NOWHERE: SocketAddress = { host: '', port: 0 };

export class DatagramPool {
  readonly memory: Uint8Array;
  readonly start: Int32Array;
  readonly length: Int32Array;
  readonly destination: SocketAddress[];
  free: number;
  readonly #freeSlots: Int32Array;

  constructor(readonly capacity: number) {
    this.memory = new Uint8Array(capacity * STRIDE_BYTES);
    this.start = new Int32Array(capacity);
    this.length = new Int32Array(capacity);
    this.destination = new Array<SocketAddress>(capacity).fill(NOWHERE);
    this.free = capacity;
    this.#freeSlots = Int32Array.from({ length: capacity }, (_, index) => capacity - 1 - index);
  }

  /** A slot with a copy of datagram `at` of the run, `undefined` when all slots are taken. */
  take(run: DatagramRun, at: number, destination: SocketAddress): number | undefined {
    if (this.free === 0) return undefined;
    const slot = this.#freeSlots[--this.free];
    const headerLength = run.headerLength[at];
    const payloadLength = run.payloadLength[at];
    const start = congruentStart(slot * STRIDE_BYTES, headerLength, run.payloadOffset[at]);
    copyBytes(run.memory, run.headerOffset[at], this.memory, start, headerLength);
    const payloadStart = start + headerLength;
    copyBytes(run.memory, run.payloadOffset[at], this.memory, payloadStart, payloadLength);
    this.start[slot] = start;
    this.length[slot] = headerLength + payloadLength;
    this.destination[slot] = destination;
    return slot;
  }

  giveBack(slot: number): void {
    this.destination[slot] = NOWHERE;
    this.#freeSlots[this.free++] = slot;
  }
}
