/** `receive`: takes transfers until it is told to stop, several at once. Main thread. */
import type { Duplex } from 'node:stream';
import type { Piscina } from 'piscina';
import type { LimitOptions } from '../../shared/files/limits.js';
import type { FolderStorageOptions } from '../../shared/files/folder-storage.js';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import { Board } from './board.js';
import type { Display } from './display.js';
import { startFileThread } from './file-thread.js';
import { type Link, type LinkOptions, listen } from './link.js';
import { outcomeOf, summaryLine, type TransferOutcome } from './outcome.js';
import { standardOutput } from './standard-streams.js';
import { type ReceiveJob, Transfer } from './transfer.js';

export interface ReceiveRun {
  readonly listen: SocketAddress;
  /** Absent: everything goes to standard output, and it is over with the first transfer. */
  readonly folder?: FolderStorageOptions;
  readonly limits: LimitOptions;
  /** Over with the first transfer. */
  readonly once: boolean;
  readonly link: LinkOptions;
}

/**
 * `onOutcome` is called at the end of each transfer. Aborting `signal` interrupts what is under way and
 * ends it, with its reason as the text.
 */
export async function runReceive(
  run: ReceiveRun,
  display: Display,
  signal: AbortSignal,
  onOutcome: (outcome: TransferOutcome) => void,
): Promise<void> {
  const thread = startFileThread();
  const receiving = new Receiving(run, new Board(display), thread, signal, onOutcome);
  try {
    await receiving.run();
  } finally {
    await thread.destroy();
  }
}

class Receiving {
  readonly #running = new Set<Promise<void>>();
  readonly #transfers = new Set<Transfer>();
  /** Connections on which nothing was said yet. */
  readonly #silent = new Set<Duplex>();
  #isClosing = false;
  #finish: (error?: Error) => void = () => undefined;

  constructor(
    private readonly options: ReceiveRun,
    private readonly board: Board,
    private readonly thread: Piscina,
    private readonly signal: AbortSignal,
    private readonly onOutcome: (outcome: TransferOutcome) => void,
  ) {}

  async run(): Promise<void> {
    const finished = this.#untilFinished();
    const listener = await listen(this.options.listen, this.options.link, (link) => {
      this.#awaitWord(link);
    });
    this.board.display.say(`listening on ${listener.address}`);
    try {
      await finished;
      await Promise.all(this.#running);
    } finally {
      await listener.close();
      this.board.end();
    }
  }

  #untilFinished(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#finish = (error) => {
        this.#close();
        if (error === undefined) resolve();
        else reject(error);
      };
      this.signal.addEventListener('abort', () => {
        for (const transfer of this.#transfers) transfer.interrupt(String(this.signal.reason));
        this.#finish();
      });
      if (this.signal.aborted) this.#finish();
    });
  }

  #close(): void {
    this.#isClosing = true;
    for (const stream of this.#silent) stream.destroy();
  }

  /** Who connects and says nothing is no sender: it takes nobody's place, and is not the first. */
  #awaitWord(link: Link): void {
    const { stream } = link;
    if (this.#isClosing) {
      stream.destroy();
      return;
    }
    this.#silent.add(stream);
    const late = setTimeout(() => stream.destroy(), this.options.link.idleTimeoutMs);
    void firstWord(stream).then((isWord) => {
      clearTimeout(late);
      this.#silent.delete(stream);
      if (isWord && !this.#isClosing) this.#take(link);
      else stream.destroy();
    });
  }

  #take(link: Link): void {
    if (this.options.once) this.#close();
    const running = this.#receive(link)
      .catch((error: unknown) => {
        this.#finish(error as Error);
      })
      .finally(() => {
        this.#running.delete(running);
        if (this.options.once) this.#finish();
      });
    this.#running.add(running);
  }

  async #receive(link: Link): Promise<void> {
    const entry = this.board.add(() => link.quality());
    const transfer = new Transfer(link.stream, this.thread, this.#job(), {
      onProgress: (progress) => {
        entry.take(progress);
      },
    });
    this.#transfers.add(transfer);
    const result = await transfer.result.finally(() => this.#transfers.delete(transfer));
    this.board.remove(entry);
    const { elapsedMs } = transfer;
    const ending = { peer: link.peer, result, elapsedMs, line: link.quality() };
    this.#note(outcomeOf(ending, entry));
  }

  #job(): ReceiveJob {
    const { folder, limits } = this.options;
    return { role: 'receive', target: folder ?? { output: standardOutput() }, limits };
  }

  #note(outcome: TransferOutcome): void {
    this.onOutcome(outcome);
    const { display } = this.board;
    display.say(`${outcome.peer}: ${summaryLine(outcome)}`);
    if (outcome.error !== undefined) {
      display.say(`${outcome.peer}: ${outcome.error.code}: ${outcome.error.message}`);
    }
  }
}

/** Resolves once there is something to read, with false if there never will be. */
function firstWord(stream: Duplex): Promise<boolean> {
  return new Promise((resolve) => {
    const look = () => {
      stream.off('readable', look);
      resolve(stream.readableLength > 0);
    };
    stream.on('readable', look);
    stream.once('close', look);
    stream.once('error', look);
  });
}
