/**
 * From the transport into a stream, or past it into buffers of its reader's: as much as the reader
 * asks for, in pieces, and so much in one turn of the event loop that others get theirs.
 */
import type { Readable } from 'node:stream';
import type { AsyncConnection } from './async-connection.js';

const PIECE_BYTES = 262_144;
const TURN_BYTES = 4 * PIECE_BYTES;

/** Who has bytes put where they are to be, see {@link ConnectionStream.readInto}. */
export interface DirectReader {
  /** Where the next bytes go; undefined if there is no room, until the stream is resumed. */
  room(): Uint8Array | undefined;
  /** So many bytes are at the beginning of the last room. */
  filled(bytes: number): void;
}

export class Inflow {
  bytesRead = 0;
  #direct: DirectReader | undefined;
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

  /** The reader has everything, and was told of the end. */
  get isOver(): boolean {
    return this.stream.readableEnded;
  }

  /** From here on into the rooms of `reader`, after what the stream holds. */
  divert(reader: DirectReader): void {
    this.#direct = reader;
  }

  flow(connection: AsyncConnection): void {
    while (this.#wanted && this.#turnBytes < TURN_BYTES && !this.stream.destroyed) {
      const reader = this.#direct;
      const moved = reader ? this.#fill(connection, reader) : this.#deliver(connection);
      if (!moved) break;
    }
    if (!this.#ended && !this.stream.destroyed && connection.atEnd) this.#end();
  }

  #deliver(connection: AsyncConnection): boolean {
    const bytes = Math.min(connection.readableBytes(), PIECE_BYTES);
    if (bytes === 0) return false;
    // Every byte is written before anybody sees it.
    const piece = Buffer.allocUnsafeSlow(bytes);
    const count = connection.read(piece, 0, bytes);
    this.#account(count);
    // Last: the reader's code runs in there, and may throw.
    if (!this.stream.push(count < bytes ? piece.subarray(0, count) : piece)) this.#wanted = false;
    return true;
  }

  #fill(connection: AsyncConnection, reader: DirectReader): boolean {
    const room = reader.room();
    if (room === undefined) {
      this.#wanted = false;
      return false;
    }
    const isHeld = this.stream.readableLength > 0;
    const count = isHeld ? this.#takeHeld(room) : connection.read(room, 0, room.length);
    if (count === 0) return false;
    if (!isHeld) this.#account(count);
    reader.filled(count);
    return true;
  }

  /** What the stream held when its reader took to reading directly; counted already. */
  #takeHeld(room: Uint8Array): number {
    const count = Math.min(room.length, this.stream.readableLength);
    if (count === 0) return 0;
    room.set(this.stream.read(count) as Uint8Array);
    // Behind the last of it may be the end, which only one who asks for more gets to see.
    if (this.#ended) this.stream.read(0);
    return count;
  }

  #account(count: number): void {
    this.bytesRead += count;
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
    this.stream.once('end', this.resume);
    this.stream.push(null);
    // An end with nothing before it is noticed although nobody asks.
    this.stream.read(0);
  }
}
