/** Waits in the kernel for one of a few descriptors, with `ppoll`. One thread. */
import type { Libc } from './libc.js';
import * as abi from './linux-abi.js';
import { NativeMemory } from './native-memory.js';

const FLAGS = 4;
const MICROS_PER_SECOND = 1e6;

export class Poller {
  readonly #memory: NativeMemory;
  readonly #timeout: number;

  /** Pairs of a descriptor and the `POLL…` events to wait for. */
  constructor(
    private readonly libc: Libc,
    private readonly descriptors: readonly (readonly [fd: number, events: number])[],
  ) {
    this.#timeout = descriptors.length * abi.POLLFD_BYTES;
    this.#memory = new NativeMemory(libc, this.#timeout + abi.TIMESPEC_BYTES);
    descriptors.forEach(([fd, events], index) => {
      this.#memory.setWord(index * abi.POLLFD_BYTES, fd);
      this.#memory.setShort(index * abi.POLLFD_BYTES + FLAGS, events);
    });
  }

  /** Blocks until an event, a signal or the time-out; true if there was an event. */
  wait(timeoutMicros: number): boolean {
    const micros = Math.max(0, Math.ceil(timeoutMicros));
    const { address } = this.#memory;
    this.#memory.setWord(this.#timeout, Math.floor(micros / MICROS_PER_SECOND));
    this.#memory.setWord(this.#timeout + 8, 1e3 * (micros % MICROS_PER_SECOND));
    return this.libc.ppoll(address, this.descriptors.length, address + this.#timeout, 0) > 0;
  }

  /** What happened, in the latest wait that returned true, on descriptor `index`. */
  events(index: number): number {
    return this.#memory.short(index * abi.POLLFD_BYTES + FLAGS + 2);
  }
}
