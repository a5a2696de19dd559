/**
 * Storage in one stream, such as standard output: the bytes of every file, one after the other. What
 * is written there cannot be taken back, so nothing is resumed, and a file that turns out to be
 * damaged ends the transfer. File thread.
 */
import { digestSoFar, hashZeros, newHash } from './digest.js';
import type { Breath } from './breath.js';
import type { ByteSink } from './byte-pipe.js';
import { isClosed } from './session-failure.js';
import { FileFailure } from './status.js';
import type { Incoming, OfferedFile, Reply, Storage } from './storage.js';

const NOTHING = Buffer.alloc(0);
const ZEROS = new Uint8Array(65_536);

/** A sink that knows what has become of its bytes. */
export interface OutputSink extends ByteSink {
  /** Resolves once all that was committed is written. Rejects once nobody reads any more. */
  untilReleased(): Promise<void>;
}

export class StreamStorage implements Storage {
  constructor(
    private readonly sink: OutputSink,
    private readonly breath: Breath,
  ) {}

  consider({ isFolder }: OfferedFile): Promise<Reply> {
    if (isFolder) return Promise.resolve({ is: 'settled', status: 'stored', text: '' });
    const incoming = new StreamedFile(this.sink, this.breath);
    return Promise.resolve({ is: 'send', offset: 0, digest: NOTHING, incoming });
  }

  close(): void {
    this.sink.end();
  }
}

class StreamedFile implements Incoming {
  readonly #hash = newHash();

  constructor(
    private readonly sink: OutputSink,
    private readonly breath: Breath,
  ) {}

  begin(): void {
    // Always from the beginning.
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    await this.#put(bytes);
  }

  async zeros(count: number): Promise<void> {
    await hashZeros(this.#hash, count, this.breath);
    for (let left = count; left > 0; left -= ZEROS.length) {
      await this.#put(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
    }
  }

  digest(): Buffer {
    return digestSoFar(this.#hash);
  }

  async finish(): Promise<undefined> {
    await whileTaken(this.sink.untilReleased());
  }

  abandon(): void {
    // What is out is out.
  }

  async #put(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const room = await whileTaken(this.sink.acquire());
      const part = bytes.subarray(at, at + room.length);
      room.set(part);
      this.sink.commit(part.length);
      at += part.length;
    }
  }
}

/** It is not the connection that has broken. */
async function whileTaken<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!isClosed(error)) throw error;
    throw new FileFailure('broken', 'the output takes no more', { cause: error });
  }
}
