/**
 * Messages of several tasks of one thread into one {@link FrameWriter}: posted without waiting,
 * written one after the other. How many can pile up is bounded by what the peer may have open.
 */
import type { FrameWriter } from './frame-writer.js';
import type { Message } from './messages.js';

export class Outbox {
  readonly #waiting: Message[] = [];
  #writing: Promise<void> | undefined;

  constructor(private readonly writer: FrameWriter) {}

  post(message: Message): void {
    this.#waiting.push(message);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    // Who cares that the peer is gone learns it from `settled`, or by reading.
    this.#writing.catch(() => undefined);
  }

  /** Resolves once everything posted has been handed on. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #write(): Promise<void> {
    // What else is posted in this turn goes into the same buffer.
    await Promise.resolve();
    for (let at = 0; at < this.#waiting.length; at++) await this.writer.send(this.#waiting[at]);
    this.#waiting.length = 0;
    this.writer.flush();
  }
}
