/** A file on its way into a folder: from what is left of an earlier transfer to its final name. */
import type { Breath } from './breath.js';
import type { Disk } from './disk.js';
import { newHash } from './digest.js';
import type { Flusher } from './flusher.js';
import { Partial, type FolderFinder } from './partial.js';
import type { Incoming, OfferedFile } from './storage.js';

/** What it needs of the transfer it belongs to. */
export interface IncomingContext {
  readonly disk: Disk;
  readonly folder: FolderFinder;
  /** Under which unfinished versions of it are found. */
  readonly key: string;
  /** Its very name is not to be had. */
  readonly isTaken: boolean;
  readonly breath: Breath;
  readonly flusher: Flusher;
  adopt(): Partial | undefined;
  /** Counts bytes of a file whose size nobody knew; throws if they are too many. */
  admit(bytes: number): void;
  /** Called once, at the end, with the bytes that were counted in for it. */
  release(isStored: boolean, bytes: number): void;
}

export class IncomingFile implements Incoming {
  #partial: Partial | undefined;
  #isReleased = false;
  #admitted: number;

  constructor(
    private readonly offer: OfferedFile,
    private readonly parts: readonly string[],
    private readonly context: IncomingContext,
  ) {
    this.#admitted = offer.size ?? 0;
  }

  /** Looks for what an earlier transfer has left. A stream has no beginning to go back to. */
  async takeUp(): Promise<{ offset: number; digest: Buffer } | undefined> {
    if (this.offer.size === undefined) return undefined;
    this.#partial = this.context.adopt();
    if (this.#partial === undefined) return undefined;
    const digest = await this.#partial.verify(this.context.breath);
    const offset = this.#partial.position;
    return offset > 0 && offset <= this.offer.size ? { offset, digest } : undefined;
  }

  begin(offset: number): void {
    const { disk, folder, key } = this.context;
    this.#partial ??= this.context.adopt() ?? Partial.create(disk, folder, key);
    if (offset === 0) this.#partial.restart();
  }

  write(bytes: Uint8Array): void {
    this.#admit(bytes.length);
    this.#partial?.write(bytes);
  }

  async zeros(count: number): Promise<void> {
    this.#admit(count);
    await this.#partial?.skip(count, this.context.breath);
  }

  digest(): Buffer {
    return this.#partial?.digest() ?? newHash().digest();
  }

  async finish(): Promise<string | undefined> {
    const { flusher, isTaken } = this.context;
    const partial = this.#partial!;
    try {
      const { mode, modifiedSeconds } = this.offer;
      const name = await flusher.flush(partial, this.parts, { mode, modifiedSeconds, isTaken });
      this.#release(true);
      const isRenamed = name !== this.parts[this.parts.length - 1];
      return isRenamed ? [...this.parts.slice(0, -1), name].join('/') : undefined;
    } catch (error) {
      // Nobody knows what of it has reached the medium.
      this.abandon(false);
      throw error;
    }
  }

  abandon(keeps: boolean): void {
    if (keeps && this.offer.size !== undefined) this.#partial?.park();
    else this.#partial?.discard();
    this.#release(false);
  }

  #admit(bytes: number): void {
    if (this.offer.size !== undefined) return;
    this.context.admit(bytes);
    this.#admitted += bytes;
  }

  #release(isStored: boolean): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.context.release(isStored, this.#admitted);
  }
}
