/**
 * Gathers what a transfer reports and posts it ten times a second, so that ten thousand small files
 * cost the other thread a few messages. File thread.
 */
import type { Settled, TransferEvent } from './report.js';
import type { CurrentFile, Progress } from './session.js';

const INTERVAL_MS = 100;
/** Looking at the clock costs more than most events. */
const EVENTS_A_LOOK = 16;

export class ProgressPoster {
  #files = 0;
  #bytes = 0;
  #filesSettled = 0;
  #bytesOfSettled = 0;
  #bytesMoved = 0;
  #current: CurrentFile | undefined;
  #settled: Settled[] = [];
  #events = 0;
  #postedAtMs = performance.now();

  constructor(private readonly post: (progress: Progress) => void) {}

  readonly report = (event: TransferEvent): void => {
    this.#take(event);
    this.#events += 1;
    if (this.#events % EVENTS_A_LOOK === 0 || event.is === 'begun') this.#postIfDue();
  };

  /** The last state, whatever the time. */
  finish(): void {
    this.#current = undefined;
    this.#postNow();
  }

  #take(event: TransferEvent): void {
    switch (event.is) {
      case 'totals':
        this.#files = event.files;
        this.#bytes = event.bytes;
        break;
      case 'begun':
        this.#current = { name: event.name, size: event.size, position: event.offset };
        break;
      case 'progress':
        this.#bytesMoved += event.count;
        if (this.#current) this.#current = { ...this.#current, position: event.position };
        break;
      case 'settled':
        this.#filesSettled += 1;
        this.#bytesOfSettled += event.bytes;
        this.#settled.push(event);
        if (this.#current?.name === event.name) this.#current = undefined;
    }
  }

  #postIfDue(): void {
    if (performance.now() - this.#postedAtMs >= INTERVAL_MS) this.#postNow();
  }

  #postNow(): void {
    this.#postedAtMs = performance.now();
    this.post({
      files: this.#files,
      bytes: this.#bytes,
      filesSettled: this.#filesSettled,
      bytesSettled: this.#bytesOfSettled + (this.#current?.position ?? 0),
      bytesMoved: this.#bytesMoved,
      current: this.#current,
      settled: this.#settled,
    });
    this.#settled = [];
  }
}
