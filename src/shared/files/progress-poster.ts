/**
 * Gathers what a transfer reports and posts it ten times a second, so that ten thousand small files
 * cost the other thread a few messages. File thread.
 */
import type { Settled, TransferEvent } from './report.js';
import type { CurrentFile, Progress } from './session.js';
import { isFailure } from './status.js';

const INTERVAL_MS = 100;

export class ProgressPoster {
  #files = 0;
  #bytes = 0;
  #filesSettled = 0;
  #bytesOfSettled = 0;
  #bytesMoved = 0;
  /** Changed in place; posting copies it. */
  #current: { -readonly [Field in keyof CurrentFile]: CurrentFile[Field] } | undefined;
  #settled: Settled[] = [];
  #isNews = false;
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly post: (progress: Progress) => void) {
    this.#timer = setInterval(() => {
      if (this.#isNews) this.#postNow();
    }, INTERVAL_MS);
  }

  readonly report = (event: TransferEvent): void => {
    this.#isNews = true;
    this.#take(event);
  };

  /** The last state, and no other after it. */
  finish(): void {
    clearInterval(this.#timer);
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
        if (this.#current) this.#current.position = event.position;
        break;
      case 'settled':
        this.#filesSettled += 1;
        this.#bytesOfSettled += event.bytes;
        // What went as it should needs no line of its own.
        if (isFailure(event.status) || event.text !== '') this.#settled.push(event);
        if (this.#current?.name === event.name) this.#current = undefined;
    }
  }

  #postNow(): void {
    this.#isNews = false;
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
