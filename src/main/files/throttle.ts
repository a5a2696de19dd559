/**
 * `--bwlimit`: lets so many bytes a second pass, on average, and a little at once. Main thread.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** How far it may run ahead: the event loop's timers are no more precise. */
const BURST_MS = 20;

/** Rejects once `signal` is aborted. */
type Sleep = (ms: number, signal: AbortSignal) => Promise<unknown>;

export class Throttle {
  /** When everything that has passed would have passed at the exact rate. */
  #dueMs: number;
  readonly #lifted = new AbortController();

  /** `now` and `sleep` are there for tests. */
  constructor(
    private bytesPerSecond: number,
    private readonly now: () => number = () => performance.now(),
    private readonly sleep: Sleep = (ms, signal) => delay(ms, undefined, { signal }),
  ) {
    this.#dueMs = now();
  }

  /** From here on everything passes: what is left are last words. */
  lift(): void {
    this.bytesPerSecond = Infinity;
    this.#dueMs = 0;
    this.#lifted.abort();
  }

  /** Resolves when these bytes may pass. */
  async pass(bytes: number): Promise<void> {
    const nowMs = this.now();
    this.#dueMs = Math.max(this.#dueMs, nowMs) + (bytes / this.bytesPerSecond) * 1000;
    const aheadMs = this.#dueMs - nowMs - BURST_MS;
    // At a low rate it would be long until whoever sleeps sees that it is lifted.
    if (aheadMs > 0) await this.sleep(aheadMs, this.#lifted.signal).catch(() => undefined);
  }
}
