/**
 * The files of one transfer on the receiving side, from offer to verdict.
 *
 * ```
 *            answer: settled
 *   offer ──────────────────────────────▶ over
 *     │      answer: send, compare
 *     ▼
 *   expected ── begin ──▶ current ── end ──▶ finishing ── flushed ──▶ verdict
 *     │ end: same, different   │ it fails             │
 *     └──────────▶ over ◀──────┴──── verdict ◀────────┘
 * ```
 * File thread.
 */
import { violation } from './fields.js';
import {
  Decision,
  Kind,
  LONGEST_ZEROS_BYTES,
  type MessageOf,
  Outcome,
  UNKNOWN_SIZE,
} from './messages.js';
import { printableName } from './names.js';
import type { Outbox } from './outbox.js';
import type { Tally } from './report.js';
import { failureOf, FileFailure, numberOfStatus, type Status } from './status.js';
import type { Incoming, OfferedFile, Reply, Storage } from './storage.js';

const NANOSECONDS = 1_000_000_000;
const PERMISSION_BITS = 0o777;
const NO_BYTES = new Uint8Array(0);

interface Expected {
  readonly id: number;
  readonly name: string;
  readonly size: number | undefined;
  /** Where the data may begin, besides 0. */
  readonly offset: number;
  /** Absent: it may only be compared. */
  readonly incoming?: Incoming;
}

interface Current extends Expected {
  readonly incoming: Incoming;
  position: number;
  /** It has failed and the sender knows; what still comes is dropped. */
  hasFailed: boolean;
}

export class ReceivedFiles {
  readonly #expected = new Map<number, Expected>();
  readonly #finishing = new Set<Promise<void>>();
  #onFinished: () => void = () => undefined;
  #current: Current | undefined;
  #nextId = 0;

  constructor(
    private readonly storage: Storage,
    private readonly outbox: Outbox,
    private readonly tally: Tally,
    private readonly window: number,
  ) {}

  /** Resolves once fewer files than `most` are being flushed. */
  async untilFinishingLessThan(most: number): Promise<void> {
    while (this.#finishing.size >= most) {
      await new Promise<void>((resolve) => (this.#onFinished = resolve));
    }
  }

  async offer(message: MessageOf<'offer'>): Promise<void> {
    if (message.id !== this.#nextId) throw violation(`offer ${message.id} is out of order`);
    if (this.#expected.size >= this.window) throw violation('more offers than the window allows');
    this.#nextId += 1;
    const offered = offeredFile(message);
    const name = printableName(Buffer.from(message.name).toString());
    try {
      this.#answer(message.id, name, offered, await this.storage.consider(offered));
    } catch (error) {
      const { status, message: text } = failureOf(error, 'cannot take it');
      this.#settleOffer(message.id, name, offered, status, text);
    }
  }

  begin(id: number, offset: number): void {
    const expected = this.#expected.get(id);
    if (expected?.incoming === undefined) throw violation(`data of file ${id} is not expected`);
    if (this.#current !== undefined) throw violation('a file begins in the middle of another');
    if (offset !== 0 && offset !== expected.offset) throw violation(`file ${id} begins elsewhere`);
    this.#expected.delete(id);
    const { incoming } = expected;
    this.#current = { ...expected, incoming, position: offset, hasFailed: false };
    this.tally.begun(expected.name, expected.size, offset);
    this.#tryCurrent(() => {
      incoming.begin(offset);
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#extend(bytes.length, ({ incoming }) => incoming.write(bytes));
  }

  async zeros(count: number): Promise<void> {
    // Nobody is to have that much work done for nothing.
    if (count > LONGEST_ZEROS_BYTES) throw violation(`${count} zeros are too many at once`);
    await this.#extend(count, ({ incoming }) => incoming.zeros(count));
  }

  end(end: MessageOf<'end'>): void {
    const current = this.#current;
    if (current?.id !== end.id) {
      this.#endWithoutData(end);
      return;
    }
    this.#current = undefined;
    if (current.hasFailed) return;
    if (end.outcome === Outcome.whole) this.#finish(current, end);
    else this.#fail(current, failureOfEnd(end), false);
  }

  /** Throws if the sender owes something: its names would be taken for ever. */
  checkNothingIsOwed(): void {
    const id = this.#current?.id ?? [...this.#expected.keys()].at(0);
    if (id !== undefined) throw violation(`the sender is done before file ${id}`);
  }

  /** Resolves once nothing is being flushed any more. */
  async allSettled(): Promise<void> {
    while (this.#finishing.size > 0) await Promise.all(this.#finishing);
  }

  /** The transfer is over before its end: what has come is kept. */
  async abandonAll(): Promise<void> {
    if (this.#current?.hasFailed === false) this.#current.incoming.abandon(true);
    for (const { incoming } of this.#expected.values()) incoming?.abandon(true);
    await this.allSettled();
  }

  #answer(id: number, name: string, offered: OfferedFile, reply: Reply): void {
    if (reply.is === 'settled') {
      this.#settleOffer(id, name, offered, reply.status, reply.text);
      return;
    }
    const { size } = offered;
    const incoming = reply.incoming;
    const offset = reply.is === 'send' ? reply.offset : 0;
    this.#expected.set(id, { id, name, size, offset, ...(incoming && { incoming }) });
    const decision =
      reply.is === 'send'
        ? Decision.send
        : incoming === undefined
          ? Decision.compare
          : Decision.compareOrSend;
    const { digest } = reply;
    this.outbox.post({ is: 'answer', id, decision, status: 0, offset, digest, text: '' });
  }

  #settleOffer(id: number, name: string, offered: OfferedFile, status: Status, text: string): void {
    if (!offered.isFolder || status !== 'stored') {
      this.tally.settled(name, status, text, offered.size ?? 0);
    }
    this.outbox.post({
      is: 'answer',
      id,
      decision: Decision.settled,
      status: numberOfStatus(status),
      offset: 0,
      digest: NO_BYTES,
      text,
    });
  }

  async #extend(count: number, action: (current: Current) => void | Promise<void>): Promise<void> {
    const current = this.#current;
    if (current === undefined) throw violation('there is data of no file');
    if (current.hasFailed) return;
    current.position += count;
    if (current.size !== undefined && current.position > current.size) {
      throw violation(`file ${current.id} is longer than was offered`);
    }
    try {
      await action(current);
    } catch (error) {
      this.#failCurrent(current, error);
      return;
    }
    this.tally.moved(count, current.position);
  }

  #tryCurrent(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#failCurrent(this.#current!, error);
    }
  }

  /** In the middle of its data: the sender is told at once, and stops. */
  #failCurrent(current: Current, error: unknown): void {
    const failure = failureOf(error, 'cannot take it');
    current.hasFailed = true;
    this.#fail(current, failure, true);
  }

  #finish(current: Current, { size, digest }: MessageOf<'end'>): void {
    const isOfSize = size === current.position && (current.size ?? size) === size;
    if (!isOfSize || !current.incoming.digest().equals(digest)) {
      const text = 'what has come is not what was sent: the digests differ';
      this.#fail(current, new FileFailure('corrupt', text), false);
      return;
    }
    const finishing = current.incoming.finish().then(
      (renamed) => {
        this.#settle(current, 'stored', renamed);
      },
      (error: unknown) => {
        const { status, message } = failureOf(error, 'cannot finish it');
        this.#settle(current, status, undefined, message);
      },
    );
    const tracked = finishing.finally(() => {
      this.#finishing.delete(tracked);
      this.#onFinished();
    });
    this.#finishing.add(tracked);
  }

  #fail(current: Current, failure: FileFailure, keeps: boolean): void {
    current.incoming.abandon(keeps);
    this.#settle(current, failure.status, undefined, failure.message);
  }

  /** An end of a file of which nothing was sent. */
  #endWithoutData(end: MessageOf<'end'>): void {
    const expected = this.#expected.get(end.id);
    if (expected === undefined) throw violation(`file ${end.id} ends, but was not expected`);
    if (end.outcome === Outcome.whole) throw violation(`file ${end.id} has had no data`);
    this.#expected.delete(end.id);
    expected.incoming?.abandon(true);
    if (end.outcome === Outcome.same) this.#settle(expected, 'present');
    else if (end.outcome === Outcome.different) {
      this.#settle(expected, 'exists', undefined, 'another file of this name exists');
    } else {
      const { status, message } = failureOfEnd(end);
      this.#settle(expected, status, undefined, message);
    }
  }

  /** `renamed`: the path it has got if not its own. */
  #settle(file: Expected, status: Status, renamed?: string, text = ''): void {
    const { id, name, size } = file;
    const position = (file as Partial<Current>).position ?? 0;
    const where = renamed === undefined ? text : `as ${printableName(renamed)}`;
    this.tally.settled(name, status, where, size ?? position);
    this.outbox.post({
      is: 'verdict',
      id,
      status: numberOfStatus(status),
      name: Buffer.from(renamed ?? ''),
      text,
    });
  }
}

function offeredFile({ kind, size, mode, modifiedNs, name }: MessageOf<'offer'>): OfferedFile {
  return {
    isFolder: kind === Kind.folder,
    size: size === UNKNOWN_SIZE ? undefined : size,
    mode: mode & PERMISSION_BITS,
    modifiedSeconds: Number(modifiedNs) / NANOSECONDS,
    name,
  };
}

function failureOfEnd({ outcome, text }: MessageOf<'end'>): FileFailure {
  if (outcome === Outcome.changed) return new FileFailure('changed', text);
  if (outcome === Outcome.cancelled) return new FileFailure('interrupted', text);
  return new FileFailure('unreadable', text);
}
