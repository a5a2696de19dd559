/** Files in memory: what was kept, and how many were begun. */
import type { FileSink, FileStore } from '#hawser/shared/course/incoming-file.js';
import { HawserError } from '#hawser/shared/errors.js';

export class MemoryStore implements FileStore {
  readonly kept = new Map<string, Buffer>();
  /** Begun, and neither kept nor discarded. */
  open = 0;
  /** Bytes that fit. */
  capacityBytes = Infinity;

  create(name: string): FileSink {
    if (this.kept.has(name)) throw new HawserError('ERR_HAWSER_FILE_EXISTS', 'already there');
    this.open++;
    return new MemorySink(this, name);
  }
}

class MemorySink implements FileSink {
  #bytes = Buffer.alloc(0);

  constructor(
    private readonly store: MemoryStore,
    private readonly name: string,
  ) {}

  write(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (this.#bytes.length <= this.store.capacityBytes) return;
    throw new HawserError('ERR_HAWSER_FILE_NO_SPACE', 'the disk is full');
  }

  keep(): string {
    this.store.kept.set(this.name, this.#bytes);
    this.store.open--;
    return this.name;
  }

  discard(): void {
    this.store.open--;
  }
}
