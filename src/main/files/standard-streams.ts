/**
 * Standard input and output as carriers of files. Node's own serve where they are pipes, sockets and
 * terminals. For a folder or a block device Node has a dummy, which ends at once or swallows
 * everything, and to a file it writes without looking how much was taken. The descriptors stay open:
 * their numbers would go to the next file that is opened. Main thread.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

export function standardInput(): Readable {
  const input: Readable = process.stdin;
  return input instanceof Socket ? input : createReadStream('', { fd: 0, autoClose: false });
}

export function standardOutput(): Writable {
  const output: Writable = process.stdout;
  return output instanceof Socket ? output : createWriteStream('', { fd: 1, autoClose: false });
}
