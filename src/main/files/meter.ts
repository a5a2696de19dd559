/**
 * How fast a transfer goes and when it will be over, from what has passed in the last seconds.
 */

const WINDOW_MS = 5000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

export class Meter {
  readonly #samples: Sample[] = [];

  /** `bytes` altogether so far. */
  add(atMs: number, bytes: number): void {
    this.#samples.push({ atMs, bytes });
    // One sample older than the window stays: the window then is never empty.
    while (this.#samples.length > 2 && this.#samples[1].atMs < atMs - WINDOW_MS) {
      this.#samples.shift();
    }
  }

  /** 0 before there are two samples. */
  bytesPerSecond(): number {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
  }

  /** Infinity while nothing moves. */
  secondsFor(bytes: number): number {
    const rate = this.bytesPerSecond();
    return rate > 0 ? Math.max(0, bytes) / rate : Infinity;
  }
}
