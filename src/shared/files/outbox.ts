/**
 * Messages of several tasks of one thread into one {@link FrameWriter}: posted without waiting,
 * written one after the other. Who posts for a peer that need not read them waits now and then, see
 * {@link Outbox.isFull}.
 */
import type { FrameWriter } from './frame-writer.js';
import { type Message, OFFER_WINDOW } from './messages.js';

/** As many as a peer that reads has under way. */
const MOST_WAITING = 2 * OFFER_WINDOW;

export class Outbox {
  readonly #waiting: Message[] = [];
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly writer: FrameWriter) {}

  post(message: Message): void {
    this.#waiting.push(message);
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#writing = this.#write();
    // Who cares that the peer is gone learns it from `settled`, or by reading.
    this.#writing.catch(() => undefined);
  }

  get isFull(): boolean {
    return this.#waiting.length >= MOST_WAITING;
  }

  /** Resolves once everything posted so far has been handed on. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    // What else is posted in this turn goes into the same buffer.
    await Promise.resolve();
    for (let at = 0; at < this.#waiting.length; at++) await this.writer.send(this.#waiting[at]);
    // Without a wait in between: what is posted from here on begins anew.
    this.#waiting.length = 0;
    this.#isWriting = false;
    this.writer.flush();
  }
}
