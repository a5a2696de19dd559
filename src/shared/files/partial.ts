/**
 * A file that is being received, under its temporary name. What is in it counts only as far as its
 * digest says: it is hashed from the disk before a transfer goes on with it. File thread.
 */
import { constants } from 'node:fs';
import type { Breath } from './breath.js';
import { digestSoFar, hashFile, hashZeros, newHash } from './digest.js';
import type { Disk } from './disk.js';
import type { Folder } from './folder.js';
import { claimName, parkedName, releaseName } from './partial-names.js';
import { failureOf } from './status.js';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
/** Nobody else may look into it before its own permissions are set. */
const PRIVATE_MODE = 0o600;

/**
 * So much is written before it is flushed, while more is written: then little is left to be flushed
 * at the end, and little memory of the system is taken up meanwhile.
 */
const FLUSHED_AHEAD_BYTES = 2 ** 26;

/** Finds the folder again whenever it is needed: it need not stay open for as long as a transfer. */
export type FolderFinder = () => Folder;

export class Partial {
  #hash = newHash();
  #position = 0;
  #isOpen = true;
  /** The file on the disk is shorter than the position says. */
  #endsInHole = false;
  /** Whether what is on the disk beyond the position is known to be of no use. */
  #isKnown = false;
  #unflushedBytes = 0;
  #flushing: Promise<void> | undefined;
  /** The system tells of it once. */
  #flushFailure: { readonly error: unknown } | undefined;

  private constructor(
    private readonly disk: Disk,
    private readonly folder: FolderFinder,
    private readonly key: string,
    readonly name: string,
    readonly fd: number,
  ) {}

  static create(disk: Disk, folder: FolderFinder, key: string): Partial {
    const name = claimName(key);
    try {
      const flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
      const fd = disk.open(folder().path(name), flags, PRIVATE_MODE);
      const partial = new Partial(disk, folder, key, name, fd);
      partial.#isKnown = true;
      return partial;
    } catch (error) {
      releaseName(name);
      throw failureOf(error, 'cannot make a file');
    }
  }

  /** Takes up what an earlier transfer has left, or `undefined` if that cannot be. */
  static adopt(disk: Disk, folder: FolderFinder, key: string, left: string): Partial | undefined {
    const name = claimName(key);
    try {
      disk.rename(folder().path(left), folder().path(name));
      const fd = disk.open(folder().path(name), O_RDWR | O_NOFOLLOW);
      const partial = new Partial(disk, folder, key, name, fd);
      if (partial.#isSound()) return partial;
      partial.discard();
    } catch {
      releaseName(name);
    }
    return undefined;
  }

  get position(): number {
    return this.#position;
  }

  /** Hashes what is there, and goes to its end. */
  async verify(breath: Breath): Promise<Buffer> {
    const { size } = this.disk.stat(this.fd);
    this.#hash = newHash();
    this.#position = await hashFile(this.#hash, this.disk, this.fd, Number(size), breath);
    this.#isKnown = true;
    return this.digest();
  }

  /** Of everything up to the position. */
  digest(): Buffer {
    return digestSoFar(this.#hash);
  }

  /** From the beginning. */
  restart(): void {
    if (this.#isKnown && this.#position === 0) return;
    this.#attempt('cannot empty the file', () => {
      this.disk.truncate(this.fd, 0);
    });
    this.#isKnown = true;
    this.#endsInHole = false;
    this.#hash = newHash();
    this.#position = 0;
  }

  write(bytes: Uint8Array): void {
    this.#attempt('cannot write', () => {
      this.disk.write(this.fd, bytes, this.#position);
    });
    this.#hash.update(bytes);
    this.#position += bytes.length;
    this.#endsInHole = false;
    this.#flushAhead(bytes.length);
  }

  /** Leaves a hole of this many zeros. */
  async skip(count: number, breath: Breath): Promise<void> {
    await hashZeros(this.#hash, count, breath);
    this.#position += count;
    this.#endsInHole ||= count > 0;
  }

  /** Length, permissions and time as they are to be, and all of it on the medium. */
  async seal(mode: number, modifiedSeconds: number): Promise<void> {
    this.#attempt('cannot finish the file', () => {
      if (this.#endsInHole) this.disk.truncate(this.fd, this.#position);
      this.disk.setMode(this.fd, mode);
      this.disk.setTime(this.fd, modifiedSeconds);
    });
    try {
      await this.#flushing;
      if (this.#flushFailure !== undefined) throw this.#flushFailure.error;
      await this.disk.sync(this.fd);
    } catch (error) {
      throw failureOf(error, 'cannot flush to the disk');
    }
  }

  /** It has its final name. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    releaseName(this.name);
    if (this.#flushing === undefined) this.disk.close(this.fd);
  }

  /** Lays it down for a later transfer; nothing is kept of nothing. */
  park(): void {
    if (!this.#isOpen) return;
    try {
      if (this.#isKnown && this.#position === 0) {
        this.discard();
        return;
      }
      if (this.#endsInHole) this.disk.truncate(this.fd, this.#position);
      const folder = this.folder();
      this.disk.rename(folder.path(this.name), folder.path(parkedName(this.key)));
    } catch {
      // A later transfer finds it under its present name, once this process is gone.
    }
    this.close();
  }

  discard(): void {
    if (!this.#isOpen) return;
    try {
      this.disk.remove(this.folder().path(this.name));
    } catch {
      // It is gone already, or the folder is.
    }
    this.close();
  }

  #flushAhead(bytes: number): void {
    this.#unflushedBytes += bytes;
    if (this.#flushing !== undefined || this.#unflushedBytes < FLUSHED_AHEAD_BYTES) return;
    this.#unflushedBytes = 0;
    this.#flushing = this.#flush();
  }

  /** Never rejects. Whoever closes the file meanwhile leaves that to it. */
  async #flush(): Promise<void> {
    try {
      await this.disk.sync(this.fd);
    } catch (error) {
      this.#flushFailure = { error };
    }
    this.#flushing = undefined;
    if (!this.#isOpen) this.disk.close(this.fd);
  }

  /** A second name means that it has become a file already: writing here would change that. */
  #isSound(): boolean {
    const status = this.disk.stat(this.fd);
    return status.isFile() && status.nlink === 1n;
  }

  #attempt(doing: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      throw failureOf(error, doing);
    }
  }
}
