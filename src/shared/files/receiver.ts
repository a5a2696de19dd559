/**
 * The receiving side of one transfer: answers offers, takes in data, tells what became of each file.
 * One connection, any number of files. File thread.
 */
import { violation } from './fields.js';
import type { DataFrame, FrameReader } from './frame-reader.js';
import type { FrameWriter } from './frame-writer.js';
import { ownGreeting, readGreeting } from './greeting.js';
import { type Message, type MessageOf, OFFER_WINDOW } from './messages.js';
import { Outbox } from './outbox.js';
import { ReceivedFiles } from './received-files.js';
import { type Report, Tally, type TransferResult } from './report.js';
import { abortOf, asFailure, lastWords } from './session-failure.js';
import { FileFailure, statusOfAbort } from './status.js';
import type { Storage } from './storage.js';

/** Files being flushed at the same time; more of them wait, and so does the sender. */
const MOST_FINISHING = 256;

export interface ReceiverOptions {
  readonly storage: Storage;
  readonly report: Report;
  /** Aborted, the transfer ends with its reason; what has come is kept. */
  readonly signal: AbortSignal;
}

type Frame = Message | DataFrame;
type Handlers = { [Is in Frame['is']]?: (frame: Extract<Frame, { is: Is }>) => Promise<void> };

export class Receiver {
  readonly #outbox: Outbox;
  readonly #tally: Tally;
  readonly #files: ReceivedFiles;
  readonly #handlers: Handlers = {
    totals: async ({ files, bytes }) => {
      this.options.report({ is: 'totals', files, bytes });
      return Promise.resolve();
    },
    offer: (offer) => this.#files.offer(offer),
    begin: async ({ id, offset }) => {
      this.#files.begin(id, offset);
      return Promise.resolve();
    },
    data: () => this.#takeData(),
    zeros: ({ count }) => this.#files.zeros(count),
    end: (end) => this.#end(end),
    abort: ({ status, text }) => {
      throw new FileFailure(statusOfAbort(status), `the sender has given up: ${text}`);
    },
  };

  constructor(
    private readonly reader: FrameReader,
    private readonly writer: FrameWriter,
    private readonly options: ReceiverOptions,
  ) {
    this.#outbox = new Outbox(writer);
    this.#tally = new Tally(options.report);
    this.#files = new ReceivedFiles(options.storage, this.#outbox, this.#tally, OFFER_WINDOW);
  }

  /** To the end of the transfer. Never rejects. */
  async run(): Promise<TransferResult> {
    try {
      await this.#converse();
      return this.#tally.result();
    } catch (error) {
      const failure = asFailure(error, this.options.signal);
      await this.#giveUp(failure);
      return this.#tally.result({ status: failure.status, text: failure.message });
    } finally {
      this.writer.end();
    }
  }

  async #converse(): Promise<void> {
    this.#outbox.post(ownGreeting);
    await readGreeting(this.reader);
    while (await this.#handleNext());
    this.#files.checkNothingIsOwed();
    await this.#files.allSettled();
    this.options.storage.close(true);
    const { counts, bytes } = this.#tally;
    this.#outbox.post({ is: 'goodbye', stored: counts.stored ?? 0, bytes });
    await this.#outbox.settled();
  }

  /** Resolves with false after the sender's last message. */
  async #handleNext(): Promise<boolean> {
    const frame = await this.reader.next();
    this.options.signal.throwIfAborted();
    if (frame === undefined) {
      throw new FileFailure('broken', 'the connection has ended in the middle of the transfer');
    }
    if (frame.is === 'done') return false;
    const handle = this.#handlers[frame.is] as ((frame: Frame) => Promise<void>) | undefined;
    if (handle === undefined) throw violation(`a sender sends no ${frame.is} here`);
    await handle(frame);
    // A sender that offers on and on has to listen as well.
    if (this.#outbox.isFull) await this.#outbox.settled();
    return true;
  }

  async #takeData(): Promise<void> {
    for (;;) {
      const piece = await this.reader.piece();
      if (piece.length === 0) return;
      await this.#files.write(piece);
    }
  }

  async #end(end: MessageOf<'end'>): Promise<void> {
    this.#files.end(end);
    await this.#files.untilFinishingLessThan(MOST_FINISHING);
  }

  /** Keeps what has come, and tells the sender, if it still listens. */
  async #giveUp(failure: FileFailure): Promise<void> {
    await this.#files.abandonAll();
    this.options.storage.close(false);
    this.#outbox.post({ is: 'abort', ...abortOf(failure) });
    await lastWords(this.#outbox.settled());
  }
}
