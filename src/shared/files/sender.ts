/**
 * The sending side of one transfer. Offers run ahead of data, so that no file waits for the answer to
 * its own offer unless the line is idle anyway; verdicts come whenever they come. File thread.
 */
import { Breath } from './breath.js';
import type { ByteSource } from './byte-pipe.js';
import type { Disk } from './disk.js';
import type { FrameReader } from './frame-reader.js';
import type { FrameWriter } from './frame-writer.js';
import { ownGreeting, readGreeting } from './greeting.js';
import { Kind, type MessageOf, UNKNOWN_SIZE } from './messages.js';
import { OfferedItems, type Offered } from './offered-items.js';
import { type Report, Tally, type TransferResult } from './report.js';
import { abortOf, asFailure, isClosed, lastWords } from './session-failure.js';
import { SentItem } from './sent-item.js';
import type { Item } from './sources.js';
import { FileFailure } from './status.js';

const PERMISSION_BITS = 0o777n;

export interface SenderOptions {
  /** Gone through twice: to count, and to send. */
  readonly items: () => Iterable<Item>;
  readonly disk: Disk;
  /** The bytes of the stream item, if there is one. */
  readonly stream: ByteSource | undefined;
  readonly report: Report;
  /** Aborted, the transfer ends with its reason. */
  readonly signal: AbortSignal;
}

export class Sender {
  readonly #tally: Tally;
  readonly #breath: Breath;
  readonly #offered: OfferedItems;
  readonly #queue: Offered[] = [];

  constructor(
    private readonly reader: FrameReader,
    private readonly writer: FrameWriter,
    private readonly options: SenderOptions,
  ) {
    this.#tally = new Tally(options.report);
    this.#breath = new Breath(options.signal);
    this.#offered = new OfferedItems(this.#tally);
  }

  /** To the end of the transfer. Never rejects. */
  async run(): Promise<TransferResult> {
    try {
      await this.#converse();
      return this.#tally.result();
    } catch (error) {
      const failure = asFailure(error, this.options.signal);
      await lastWords(this.writer.send({ is: 'abort', ...abortOf(failure) }));
      return this.#tally.result({ status: failure.status, text: failure.message });
    } finally {
      this.writer.end();
    }
  }

  async #converse(): Promise<void> {
    await this.writer.send(ownGreeting);
    this.writer.flush();
    const { offerWindow } = await readGreeting(this.reader);
    const listening = this.#offered.listen(this.reader);
    // Whoever waits for an answer learns it from there; here it is waited for at the end. Nobody
    // knows when the next bytes of a stream would have come.
    listening.catch(() => this.options.stream?.cancel());
    try {
      await this.#sendAll(Math.max(1, offerWindow));
    } catch (error) {
      // Why nobody takes anything any more may be among the last things that were said.
      if (isClosed(error)) await listening;
      throw error;
    }
    await listening;
  }

  async #sendAll(window: number): Promise<void> {
    await this.#sendTotals();
    for (const item of this.options.items()) {
      if (this.#queue.length >= window) await this.#sendNext();
      await this.#offer(item);
    }
    while (this.#queue.length > 0) await this.#sendNext();
    this.#offered.complete();
    await this.writer.send({ is: 'done' });
    this.writer.flush();
  }

  async #sendTotals(): Promise<void> {
    let files = 0;
    let bytes = 0;
    for (const item of this.options.items()) {
      if (item.is === 'file' || item.is === 'stream') files += 1;
      if (item.is === 'file') bytes += Number(item.stats.size);
      await this.#breath.after(COST_OF_LISTING);
    }
    this.options.report({ is: 'totals', files, bytes });
    await this.writer.send({ is: 'totals', files, bytes });
  }

  async #offer(item: Item): Promise<void> {
    await this.#breath.after(COST_OF_LISTING);
    if (item.is === 'problem') {
      this.#tally.settled(item.name, item.failure.status, item.failure.message, 0);
      return;
    }
    const offered = this.#offered.add(item);
    this.#queue.push(offered);
    await this.writer.send({ is: 'offer', id: offered.id, ...fieldsOf(item) });
  }

  async #sendNext(): Promise<void> {
    const offered = this.#queue.shift()!;
    if (!offered.isAnswered) this.writer.flush();
    const answer = await offered.answer;
    if (answer === undefined) return;
    const { disk, stream } = this.options;
    const item = new SentItem(offered, {
      disk,
      stream,
      writer: this.writer,
      breath: this.#breath,
      tally: this.#tally,
    });
    await item.send(answer);
    this.#offered.throwIfOver();
  }
}

/** Looking at a file takes as long as so many bytes, about. */
const COST_OF_LISTING = 4096;

function fieldsOf(item: Exclude<Item, { is: 'problem' }>): Omit<MessageOf<'offer'>, 'is' | 'id'> {
  const name = Buffer.from(item.name);
  if (name.length > LONGEST_NAME_BYTES) throw new FileFailure('name', 'a name is too long');
  if (item.is === 'stream') {
    const modifiedNs = BigInt(Date.now()) * 1_000_000n;
    return { kind: Kind.stream, size: UNKNOWN_SIZE, mode: 0o644, modifiedNs, name };
  }
  const { size, mode, mtimeNs } = item.stats;
  return {
    kind: item.is === 'file' ? Kind.file : Kind.folder,
    size: item.is === 'file' ? Number(size) : 0,
    mode: Number(mode & PERMISSION_BITS),
    modifiedNs: within64Bits(mtimeNs),
    name,
  };
}

/** Disks know times that the message does not: before 1678, and beyond 2262. */
function within64Bits(time: bigint): bigint {
  if (BigInt.asIntN(64, time) === time) return time;
  return time < 0n ? -(2n ** 63n) : 2n ** 63n - 1n;
}

/** What a message has room for. */
const LONGEST_NAME_BYTES = 16_000;
