/**
 * Work that would go on for long takes breath now and then: the thread turns to its event loop, where
 * other transfers and interruptions wait. File thread.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

const BYTES_A_BREATH = 2 ** 21;

export class Breath {
  #spent = 0;

  /** `signal` ends the work with its reason. */
  constructor(readonly signal: AbortSignal) {}

  /** To be awaited after every piece of work on so many bytes. */
  async after(bytes: number): Promise<void> {
    this.signal.throwIfAborted();
    this.#spent += bytes;
    if (this.#spent < BYTES_A_BREATH) return;
    this.#spent = 0;
    await nextTurn();
    this.signal.throwIfAborted();
  }
}
