/**
 * `--bwlimit`: lets so many bytes a second pass, on average, and a little at once. Main thread.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** How far it may run ahead: the event loop's timers are no more precise. */
const BURST_MS = 20;

export class Throttle {
  /** When everything that has passed would have passed at the exact rate. */
  #dueMs: number;

  /** `now` and `sleep` are there for tests. */
  constructor(
    private bytesPerSecond: number,
    private readonly now: () => number = () => performance.now(),
    private readonly sleep: (ms: number) => Promise<unknown> = delay,
  ) {
    this.#dueMs = now();
  }

  /** From here on everything passes: what is left are last words. */
  lift(): void {
    this.bytesPerSecond = Infinity;
    this.#dueMs = 0;
  }

  /** Resolves when these bytes may pass. */
  async pass(bytes: number): Promise<void> {
    const nowMs = this.now();
    this.#dueMs = Math.max(this.#dueMs, nowMs) + (bytes / this.bytesPerSecond) * 1000;
    const aheadMs = this.#dueMs - nowMs - BURST_MS;
    if (aheadMs > 0) await this.sleep(aheadMs);
  }
}
