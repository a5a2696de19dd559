/**
 * Frames out of a source of bytes, whose buffers end anywhere. Messages come whole; the body of a
 * data frame comes in pieces, in place, and must be taken before the next frame. File thread.
 */
import type { ByteSource } from './byte-pipe.js';
import { decodeMessage, violation } from './fields.js';
import {
  DATA_TYPE,
  FRAME_HEADER_BYTES,
  LONGEST_DATA_BYTES,
  LONGEST_MESSAGE_BYTES,
  type Message,
} from './messages.js';
import { FileFailure } from './status.js';

/** The head of a data frame; its bytes follow by {@link FrameReader.piece}. */
export interface DataFrame {
  readonly is: 'data';
  readonly length: number;
}

const NOTHING = new Uint8Array(0);

export class FrameReader {
  #buffer: Uint8Array = NOTHING;
  #at = 0;
  #dataLeft = 0;
  readonly #gathered = Buffer.alloc(LONGEST_MESSAGE_BYTES);

  constructor(private readonly source: ByteSource) {}

  /** Whether the next frame may still be on its way. */
  get isDry(): boolean {
    return this.#at === this.#buffer.length && this.source.isDry;
  }

  /** The next frame; `undefined` where the stream ends between two. */
  async next(): Promise<Message | DataFrame | undefined> {
    if (this.#at === this.#buffer.length && !(await this.#refill())) return undefined;
    const header = await this.#take(FRAME_HEADER_BYTES);
    const type = header[0];
    const length = header[1] * 2 ** 24 + ((header[2] << 16) | (header[3] << 8) | header[4]);
    const longest = type === DATA_TYPE ? LONGEST_DATA_BYTES : LONGEST_MESSAGE_BYTES;
    if (length > longest) throw violation(`a frame of type ${type} has ${length} bytes`);
    if (type === DATA_TYPE) return this.#beginData(length);
    return decodeMessage(type, await this.#take(length));
  }

  /** More of the data frame's body, which stays as it is until the next call; empty at its end. */
  async piece(): Promise<Uint8Array> {
    if (this.#dataLeft === 0) return NOTHING;
    if (this.#at === this.#buffer.length) await this.#refillOrFail();
    const end = Math.min(this.#buffer.length, this.#at + this.#dataLeft);
    const piece = this.#buffer.subarray(this.#at, end);
    this.#at = end;
    this.#dataLeft -= piece.length;
    return piece;
  }

  #beginData(length: number): DataFrame {
    this.#dataLeft = length;
    return { is: 'data', length };
  }

  /** `length` bytes in one piece: in place where they lie together, else gathered. */
  async #take(length: number): Promise<Uint8Array> {
    if (this.#at + length <= this.#buffer.length) {
      this.#at += length;
      return this.#buffer.subarray(this.#at - length, this.#at);
    }
    let have = 0;
    while (have < length) {
      if (this.#at === this.#buffer.length) await this.#refillOrFail();
      const end = Math.min(this.#buffer.length, this.#at + length - have);
      this.#gathered.set(this.#buffer.subarray(this.#at, end), have);
      have += end - this.#at;
      this.#at = end;
    }
    return this.#gathered.subarray(0, length);
  }

  async #refillOrFail(): Promise<void> {
    if (await this.#refill()) return;
    throw new FileFailure('broken', 'the connection has ended in the middle of a message');
  }

  async #refill(): Promise<boolean> {
    do {
      const bytes = await this.source.next();
      if (bytes === undefined) return false;
      this.#buffer = bytes;
      this.#at = 0;
    } while (this.#buffer.length === 0);
    return true;
  }
}
