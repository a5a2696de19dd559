/**
 * A file that is being read to be sent, and watched for changes meanwhile: what arrives must be the
 * file as it was at one moment. File thread.
 */
import { constants } from 'node:fs';
import type { Hash } from 'node:crypto';
import type { Breath } from './breath.js';
import { digestSoFar, hashFile, hashZeros, newHash } from './digest.js';
import type { Disk } from './disk.js';
import type { FileItem, SourceStats } from './sources.js';
import { failureOf, FileFailure } from './status.js';

const { O_NONBLOCK, O_RDONLY } = constants;

export class OutgoingFile {
  readonly size: number;
  #hash: Hash = newHash();
  #position = 0;

  private constructor(
    private readonly disk: Disk,
    private readonly fd: number,
    private readonly expected: SourceStats,
  ) {
    this.size = Number(expected.size);
  }

  /** Throws `changed` if it is not what it was when it was listed. */
  static open(disk: Disk, { path, stats }: FileItem): OutgoingFile {
    let fd;
    try {
      fd = disk.open(path, O_RDONLY | O_NONBLOCK);
    } catch (error) {
      throw failureOf(error, 'cannot read', 'unreadable');
    }
    const file = new OutgoingFile(disk, fd, stats);
    try {
      file.checkUnchanged();
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  get position(): number {
    return this.#position;
  }

  /** Of everything up to the position. */
  digest(): Buffer {
    return digestSoFar(this.#hash);
  }

  /** Goes to `offset` if what lies before it has this digest, else stays at 0. */
  async goOnFrom(offset: number, digest: Uint8Array, breath: Breath): Promise<number> {
    if (offset === 0) return 0;
    const length = await this.#attempt(() =>
      hashFile(this.#hash, this.disk, this.fd, offset, breath),
    );
    if (length === offset && this.digest().equals(digest)) this.#position = offset;
    else this.#hash = newHash();
    return this.#position;
  }

  /** Reads on, into the whole target; the bytes count once they are {@link take}n. */
  async read(target: Uint8Array): Promise<void> {
    let at = 0;
    while (at < target.length) {
      const count = await this.#attempt(() =>
        this.disk.read(this.fd, target.subarray(at), this.#position + at),
      );
      if (count === 0) throw new FileFailure('changed', 'it has become shorter while it was read');
      at += count;
    }
  }

  take(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#position += bytes.length;
  }

  async takeZeros(count: number, breath: Breath): Promise<void> {
    await hashZeros(this.#hash, count, breath);
    this.#position += count;
  }

  /** Throws `changed` if somebody has written to it. */
  checkUnchanged(): void {
    const { size, mtimeNs, ino, dev } = this.disk.stat(this.fd);
    const { expected } = this;
    if (ino !== expected.ino || dev !== expected.dev) {
      throw new FileFailure('changed', 'another file has taken its place');
    }
    if (size !== expected.size || mtimeNs !== expected.mtimeNs) {
      throw new FileFailure('changed', 'it has been written to while it was sent');
    }
  }

  /** Throws `unreadable` if there are bytes beyond its length: those of `/proc` say that it is 0. */
  async checkEnd(): Promise<void> {
    const beyond = await this.#attempt(() => this.disk.read(this.fd, new Uint8Array(1), this.size));
    if (beyond === 0) return;
    throw new FileFailure('unreadable', 'there is more in it than its length says; send it by "-"');
  }

  close(): void {
    this.disk.close(this.fd);
  }

  async #attempt<T>(action: () => T | Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw failureOf(error, 'cannot read', 'unreadable');
    }
  }
}
