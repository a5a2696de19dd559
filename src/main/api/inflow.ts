/**
 * From the transport into a stream: as much as its reader asks for, in pieces, and so much in one
 * turn of the event loop that others get theirs.
 */
import type { Readable } from 'node:stream';
import type { AsyncConnection } from './async-connection.js';

const PIECE_BYTES = 262_144;
const TURN_BYTES = 4 * PIECE_BYTES;

export class Inflow {
  bytesRead = 0;
  #wanted = false;
  #ended = false;
  /** What was read in this turn; negative between turns. */
  #turnBytes = -1;

  /** `resume` is to call {@link flow} again, in another turn. */
  constructor(
    private readonly stream: Readable,
    private readonly resume: () => void,
  ) {}

  /** The reader has room. */
  want(): void {
    this.#wanted = true;
  }

  flow(connection: AsyncConnection): void {
    while (this.#wanted && this.#turnBytes < TURN_BYTES && !this.stream.destroyed) {
      const bytes = Math.min(connection.readableBytes(), PIECE_BYTES);
      if (bytes === 0) break;
      this.#deliver(connection, bytes);
    }
    if (!this.#ended && !this.stream.destroyed && connection.atEnd) this.#end();
  }

  #deliver(connection: AsyncConnection, bytes: number): void {
    // Every byte is written before anybody sees it.
    const piece = Buffer.allocUnsafeSlow(bytes);
    const count = connection.read(piece, 0, bytes);
    this.bytesRead += count;
    this.#account(count);
    // Last: the reader's code runs in there, and may throw.
    if (!this.stream.push(count < bytes ? piece.subarray(0, count) : piece)) this.#wanted = false;
  }

  #account(count: number): void {
    if (this.#turnBytes < 0) {
      this.#turnBytes = 0;
      setImmediate(() => {
        this.#turnBytes = -1;
        this.resume();
      });
    }
    this.#turnBytes += count;
  }

  #end(): void {
    this.#ended = true;
    this.stream.push(null);
    // An end with nothing before it is noticed although nobody asks.
    this.stream.read(0);
  }
}
