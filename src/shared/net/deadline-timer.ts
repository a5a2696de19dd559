/**
 * A timer on an event loop for a deadline that moves all the time: it is re-armed only when the
 * deadline comes nearer; one that moved away is noticed when the timer fires. Listener's thread.
 */
import { nowMicros } from '../clock.js';

/** Longer delays overflow Node's timers, which then fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export class DeadlineTimer {
  #timer: NodeJS.Timeout | undefined;
  #firesAtMicros = Infinity;

  /** `onFire` may come early: the callee looks at the clock, and calls {@link arm} again. */
  constructor(private readonly onFire: () => void) {}

  arm(deadlineMicros: number): void {
    if (deadlineMicros >= this.#firesAtMicros) return;
    this.clear();
    const delayMs = Math.ceil((deadlineMicros - nowMicros()) / 1e3);
    this.#firesAtMicros = deadlineMicros;
    this.#timer = setTimeout(this.#fire, Math.min(Math.max(delayMs, 1), LONGEST_DELAY_MS));
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#firesAtMicros = Infinity;
  }

  #fire = (): void => {
    this.#firesAtMicros = Infinity;
    this.onFire();
  };
}
