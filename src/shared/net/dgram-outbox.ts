/**
 * Private copies of what is being sent through `node:dgram`.
 *
 * Usually libuv hands a datagram to the kernel during the call, but when the kernel's buffer is
 * full it queues a pointer, and by the time it sends, the shared memory below may hold other bytes.
 * So each datagram is first copied here, and its place is used again only when libuv's queue is
 * empty. (One contiguous copy also costs no more than passing two buffers.) Listener's thread.
 */
import { congruentStart, copyBytes } from './copy-bytes.js';
import type { DatagramRun } from './datagram-port.js';

const ARENA_BYTES = 1 << 20;
const VIEWS = 1024;

export class DgramOutbox {
  readonly #arena = Buffer.alloc(ARENA_BYTES);
  /** Views are expensive to create, and runs are alike: the n-th view mostly fits the n-th datagram. */
  readonly #views: Uint8Array[] = [];
  readonly #starts = new Int32Array(VIEWS).fill(-1);
  readonly #lengths = new Int32Array(VIEWS);
  #used = 0;
  #cursor = 0;

  /** `queuedByLibuv` tells how many datagrams libuv still points at. */
  constructor(private readonly queuedByLibuv: () => number) {}

  /** Frees every place, if none is in use any more. */
  recycle(): void {
    if (this.queuedByLibuv() > 0) return;
    this.#used = 0;
    this.#cursor = 0;
  }

  /** A private copy of datagram `at` of the run; `undefined` if libuv still needs all the room. */
  copy(run: DatagramRun, at: number): Uint8Array | undefined {
    const headerLength = run.headerLength[at];
    const payloadLength = run.payloadLength[at];
    const start = this.#allocate(headerLength, run.payloadOffset[at], payloadLength);
    if (start === undefined) return undefined;
    copyBytes(run.memory, run.headerOffset[at], this.#arena, start, headerLength);
    const payloadStart = start + headerLength;
    copyBytes(run.memory, run.payloadOffset[at], this.#arena, payloadStart, payloadLength);
    return this.#view(start, headerLength + payloadLength);
  }

  #allocate(headerLength: number, payloadOffset: number, payloadLength: number) {
    for (let attempt = 0; attempt < 2; attempt++) {
      const start = congruentStart(this.#cursor, headerLength, payloadOffset);
      const end = start + headerLength + payloadLength;
      if (end <= ARENA_BYTES && this.#used < VIEWS) {
        this.#cursor = end;
        return start;
      }
      this.recycle();
    }
    return undefined;
  }

  #view(start: number, length: number): Uint8Array {
    const at = this.#used++;
    if (this.#starts[at] !== start || this.#lengths[at] !== length) {
      this.#starts[at] = start;
      this.#lengths[at] = length;
      this.#views[at] = this.#arena.subarray(start, start + length);
    }
    return this.#views[at];
  }
}
