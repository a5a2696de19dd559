/**
 * Frames into a sink of bytes: small ones share a buffer, the bytes of a file are read straight into
 * it. One caller at a time, see {@link Outbox} for several. File thread.
 */
import type { ByteSink } from './byte-pipe.js';
import { encodeMessage } from './fields.js';
import { DATA_TYPE, FRAME_HEADER_BYTES, LONGEST_DATA_BYTES, type Message } from './messages.js';

/** A buffer of a sink must hold one whole data frame, and some messages beside it. */
export const SINK_BYTES = LONGEST_DATA_BYTES + 1024;

/** Fills the target from its start and returns how many bytes it put there. */
export type Fill = (target: Uint8Array) => number | Promise<number>;

export class FrameWriter {
  #room: Uint8Array | undefined;
  #used = 0;

  constructor(private readonly sink: ByteSink) {}

  async send(message: Message): Promise<void> {
    const room = await this.#open();
    const frame = encodeMessage(message);
    if (room.length - this.#used < frame.length) {
      this.flush();
      await this.send(message);
      return;
    }
    room.set(frame, this.#used);
    this.#used += frame.length;
  }

  /**
   * A data frame of at most `length` bytes, 262144 of them at the most, put in place by `fill`. Returns
   * what `fill` did; a frame of no bytes is not sent.
   */
  async sendData(length: number, fill: Fill): Promise<number> {
    let room = await this.#open();
    if (room.length - this.#used < length + FRAME_HEADER_BYTES) {
      this.flush();
      room = await this.#open();
    }
    const start = this.#used + FRAME_HEADER_BYTES;
    const filled = await fill(room.subarray(start, start + length));
    if (filled === 0) return 0;
    room[this.#used] = DATA_TYPE;
    new DataView(room.buffer, room.byteOffset).setUint32(this.#used + 1, filled);
    this.#used = start + filled;
    return filled;
  }

  /** Lets go what is in the buffer. */
  flush(): void {
    if (this.#used === 0) return;
    this.sink.commit(this.#used);
    this.#room = undefined;
    this.#used = 0;
  }

  end(): void {
    this.flush();
    this.sink.end();
  }

  async #open(): Promise<Uint8Array> {
    return (this.#room ??= await this.sink.acquire());
  }
}
