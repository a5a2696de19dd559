/**
 * Files in one directory: each is written under a temporary name and gets its own only when it is
 * whole and on the disk. Nothing that is there is overwritten. Application thread of the server.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseName } from '../files/names.js';
import { FileFailure, failureOf } from '../files/status.js';
import type { FileSink, FileStore } from './incoming-file.js';
import { quoted } from './messages.js';

export class DirectoryStore implements FileStore {
  constructor(private readonly directory: string) {}

  create(name: string): FileSink {
    const path = join(this.directory, plainName(name));
    if (existsSync(path)) throw alreadyThere(name);
    return new DiskFile(name, path, join(this.directory, `.${randomUUID()}.part`));
  }
}

class DiskFile implements FileSink {
  readonly #descriptor: number;
  #isOpen = true;

  constructor(
    private readonly name: string,
    private readonly path: string,
    private readonly temporaryPath: string,
  ) {
    this.#descriptor = orFailure(name, () => openSync(temporaryPath, 'wx'));
  }

  write(bytes: Uint8Array): void {
    orFailure(this.name, () => {
      for (let from = 0; from < bytes.length;) {
        from += writeSync(this.#descriptor, bytes, from);
      }
    });
  }

  keep(): string {
    orFailure(this.name, () => {
      fsyncSync(this.#descriptor);
      // Unlike a rename, a link refuses a name that somebody has taken in the meantime.
      linkSync(this.temporaryPath, this.path);
    });
    this.discard();
    return this.name;
  }

  discard(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
    rmSync(this.temporaryPath, { force: true });
  }
}

/** The name itself, if it is that of one file and no path. */
function plainName(name: string): string {
  if (parseName(Buffer.from(name)).length === 1) return name;
  throw new FileFailure('name', `${quoted(name)} has a path; send the file alone`);
}

function orFailure<Result>(name: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw failureOf(error, `cannot write ${quoted(name)}`);
  }
}

function alreadyThere(name: string): FileFailure {
  return new FileFailure('exists', `${quoted(name)} is already there`);
}
