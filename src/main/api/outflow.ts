/** From a stream into the transport: one write at a time, in as many steps as there is room for. */
import type { AsyncConnection } from './async-connection.js';

type Done = (error?: Error | null) => void;

const NOTHING: readonly Uint8Array[] = [];

export class Outflow {
  /** Bytes of writes that are done. */
  bytesDone = 0;
  #chunks = NOTHING;
  #chunk = 0;
  #offset = 0;
  #done: Done | undefined;

  /** The write before must be done. */
  offer(chunks: readonly Uint8Array[], done: Done): void {
    this.#chunks = chunks;
    this.#chunk = 0;
    this.#offset = 0;
    this.#done = done;
  }

  /** There is a write that is not done. */
  get isBusy(): boolean {
    return this.#done !== undefined;
  }

  /** The transport has all of it. */
  get isTaken(): boolean {
    return this.#chunk === this.#chunks.length;
  }

  /** Hands over what there is room for; false if that was nothing. */
  flow(connection: AsyncConnection): boolean {
    let moved = false;
    while (this.#chunk < this.#chunks.length) {
      const bytes = this.#chunks[this.#chunk];
      const count = connection.write(bytes, this.#offset, bytes.length);
      this.#offset += count;
      moved ||= count > 0;
      if (this.#offset < bytes.length) break;
      this.#chunk += 1;
      this.#offset = 0;
    }
    return moved;
  }

  /** Reports the write as done. The writer's code may run in there. */
  complete(): void {
    for (const { length } of this.#chunks) this.bytesDone += length;
    this.#settle();
  }

  fail(error: Error): void {
    this.#settle(error);
  }

  #settle(error?: Error): void {
    const done = this.#done;
    this.#chunks = NOTHING;
    this.#chunk = 0;
    this.#offset = 0;
    this.#done = undefined;
    done?.(error);
  }
}
