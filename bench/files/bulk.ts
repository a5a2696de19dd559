/**
 * What the same connection carries without files, and what hashing and the disk alone take: the
 * measures for what files cost. Each in fresh processes, as `send` and `receive` are.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort, printedBy, startModule } from './commands.js';

const RECEIVER = moduleHere('bulk-receiver.js');
const SENDER = moduleHere('bulk-sender.js');
const FILE_WORK = moduleHere('file-work.js');

function moduleHere(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** MB/s from the first byte written until the other side has acknowledged the last. */
export async function bulkMegabytesPerSecond(bytes: number): Promise<number> {
  const port = await freePort();
  const receiver = await startModule(RECEIVER, [String(port)], 'listening');
  const exited = once(receiver, 'exit');
  const megabytes = Number(await printedBy(SENDER, [String(port), String(bytes)]));
  await exited;
  return megabytes;
}

/**
 * MB/s of one process that reads and hashes a file and another that hashes and writes as much, at the
 * same time: no transfer can be faster.
 */
export async function fileWorkMegabytesPerSecond(source: string, target: string): Promise<number> {
  const rates = await Promise.all([
    printedBy(FILE_WORK, ['read', source]),
    printedBy(FILE_WORK, ['write', source, target]),
  ]);
  return Math.min(...rates.map(Number));
}
