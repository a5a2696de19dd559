/**
 * What the sender has offered and what the receiver has said to it. Listens as long as the transfer
 * lasts, beside whoever sends. File thread.
 */
import { violation } from './fields.js';
import type { FrameReader } from './frame-reader.js';
import { Decision, type Message, type MessageOf } from './messages.js';
import { printableName } from './names.js';
import type { Tally } from './report.js';
import type { Item } from './sources.js';
import { FileFailure, statusOfAbort, statusOfNumber } from './status.js';

export type OfferableItem = Exclude<Item, { is: 'problem' }>;
export type Answer = MessageOf<'answer'>;

export class Offered {
  isAnswered = false;
  /** The receiver has said what became of it, perhaps in the middle of its data. */
  isSettled = false;
  /** Resolves with `undefined` if there is nothing to be sent for it. */
  readonly answer: Promise<Answer | undefined>;
  resolve!: (answer: Answer | undefined) => void;
  reject!: (error: unknown) => void;

  constructor(
    readonly id: number,
    readonly item: OfferableItem,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Not everybody who is still in the queue when it ends has somebody waiting.
    this.answer.catch(() => undefined);
  }

  get size(): number {
    return this.item.is === 'file' ? Number(this.item.stats.size) : 0;
  }
}

export class OfferedItems {
  readonly #open = new Map<number, Offered>();
  #nextId = 0;
  #isComplete = false;
  #ending: { readonly error: unknown } | undefined;

  constructor(private readonly tally: Tally) {}

  add(item: OfferableItem): Offered {
    this.throwIfOver();
    const offered = new Offered(this.#nextId, item);
    this.#nextId += 1;
    this.#open.set(offered.id, offered);
    return offered;
  }

  /** There are no more offers: from here on the receiver may say goodbye. */
  complete(): void {
    this.#isComplete = true;
  }

  /** Throws what has ended the conversation. */
  throwIfOver(): void {
    if (this.#ending !== undefined) throw this.#ending.error;
  }

  /** Takes in messages until the receiver says goodbye. Rejects if it ends otherwise. */
  async listen(reader: FrameReader): Promise<void> {
    try {
      while (this.#take(await reader.next()));
    } catch (error) {
      this.#ending = { error };
      for (const offered of this.#open.values()) offered.reject(error);
      throw error;
    }
  }

  #take(message: Message | { is: 'data' } | undefined): boolean {
    if (message === undefined) {
      throw new FileFailure('broken', 'the connection has ended in the middle of the transfer');
    }
    switch (message.is) {
      case 'answer':
        this.#answer(message);
        return true;
      case 'verdict':
        this.#settle(message);
        return true;
      case 'goodbye':
        if (this.#isComplete && this.#open.size === 0) return false;
        throw violation('the receiver says goodbye before everything is settled');
      case 'abort': {
        const text = `the receiver has given up: ${message.text}`;
        throw new FileFailure(statusOfAbort(message.status), text);
      }
      default:
        throw violation(`a receiver sends no ${message.is} here`);
    }
  }

  #answer(answer: Answer): void {
    const offered = this.#known(answer.id);
    if (offered.isAnswered) throw violation(`offer ${answer.id} is answered twice`);
    offered.isAnswered = true;
    if (answer.decision !== Decision.settled) {
      offered.resolve(answer);
      return;
    }
    this.#open.delete(offered.id);
    const status = statusOfNumber(answer.status);
    if (offered.item.is !== 'folder' || status !== 'stored') {
      this.tally.settled(offered.item.name, status, answer.text, offered.size);
    }
    offered.resolve(undefined);
  }

  #settle({ id, status, name, text }: MessageOf<'verdict'>): void {
    const offered = this.#known(id);
    if (!offered.isAnswered) throw violation(`file ${id} is settled before its offer is answered`);
    this.#open.delete(id);
    offered.isSettled = true;
    const where = name.length > 0 ? `as ${printableName(Buffer.from(name).toString())}` : text;
    this.tally.settled(offered.item.name, statusOfNumber(status), where, offered.size);
  }

  #known(id: number): Offered {
    const offered = this.#open.get(id);
    if (offered === undefined) throw violation(`there is no open offer ${id}`);
    return offered;
  }
}
