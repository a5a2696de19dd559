/**
 * Mixes up the order of datagrams within a window: holds slots back until the window is full or
 * the first of them has waited long enough, then gives them up in random order. One thread.
 */
import type { RandomStream } from './random.js';

export class ShuffleWindow {
  /** When the window must be given up though it is not full; Infinity while it is empty. */
  flushAtMicros = Infinity;
  #held: number[] = [];

  constructor(
    readonly size: number,
    private readonly holdMicros: number,
    private readonly random: RandomStream,
  ) {}

  get full(): boolean {
    return this.#held.length >= this.size;
  }

  put(slot: number, nowMicros: number): void {
    if (this.#held.length === 0) this.flushAtMicros = nowMicros + this.holdMicros;
    this.#held.push(slot);
  }

  /** Empties the window; every order is equally likely (Fisher and Yates). */
  takeAll(): readonly number[] {
    const slots = this.#held;
    for (let last = slots.length - 1; last > 0; last--) {
      const other = this.random.below(last + 1);
      [slots[last], slots[other]] = [slots[other], slots[last]];
    }
    this.#held = [];
    this.flushAtMicros = Infinity;
    return slots;
  }
}
