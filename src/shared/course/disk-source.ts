/** A file on the disk, to be sent. Application thread of the client. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { FileFailure, failureOf } from '../files/status.js';
import type { FileSource } from './file-sending.js';
import { quoted } from './messages.js';

const { O_NONBLOCK, O_RDONLY } = constants;

export class DiskSource implements FileSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly #descriptor: number;

  /** @throws {FileFailure} if there is no file that can be read. */
  constructor(private readonly path: string) {
    this.name = basename(path);
    this.#descriptor = open(path);
    const status = fstatSync(this.#descriptor);
    this.sizeBytes = status.size;
    if (status.isFile()) return;
    this.close();
    throw new FileFailure('unreadable', `${quoted(path)} is not a file`);
  }

  read(from: number, to: number): Uint8Array {
    const bytes = Buffer.alloc(to - from);
    for (let at = 0; at < bytes.length;) {
      const count = readSync(this.#descriptor, bytes, at, bytes.length - at, from + at);
      if (count === 0) throw this.#changed();
      at += count;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #changed(): FileFailure {
    const text = `${quoted(this.path)} became shorter while it was sent; send it again`;
    return new FileFailure('changed', text);
  }
}

function open(path: string): number {
  try {
    // Not blocking: nobody waits for the other end of a named pipe, not even Ctrl-C could end that.
    return openSync(path, O_RDONLY | O_NONBLOCK);
  } catch (error) {
    throw failureOf(error, `cannot read ${quoted(path)}`, 'unreadable');
  }
}
