/**
 * `node build/bench/files/index.js [--runs n] [--megabytes n] [--folder path] [--only part]`: what
 * files cost on top of the connection that carries them, and what one connection for many files saves.
 * Ratios are of runs that follow each other, since machines are noisy.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { positiveWholeNumber } from '../support/flags.js';
import { machine, show, spread } from '../support/report.js';
import { bulkMegabytesPerSecond, fileWorkMegabytesPerSecond } from './bulk.js';
import { freePort, send, startCommand, stop } from './commands.js';
import { millisecondsEach } from './one-connection-each.js';

const SMALL_FILES = 10_000;
const SMALL_BYTES = 1000;
/** Enough to tell what one costs. */
const SINGLE_FILES = 100;
const LINK_MEGABYTES = 12.5;
const LINK = ['--delay', '25ms', '--rate', '100M', '--loss-rate', '0.01', '--queue', '625kB'];
const LINK_FILE_MEGABYTES = 300;

interface Flags {
  readonly runs: number;
  readonly megabytes: number;
  readonly folder: string;
  readonly only?: Part;
}

const PARTS = { large: largeFile, small: smallFiles, relay: throughTheRelay };
type Part = keyof typeof PARTS;

const flags = new Command()
  .option('--runs <count>', 'runs of each comparison', positiveWholeNumber, 3)
  .option('--megabytes <count>', 'length of the large file', positiveWholeNumber, 1000)
  .option('--folder <path>', 'where files are; best in memory, or the disk is measured', tmpdir())
  .addOption(new Option('--only <part>', 'one part of it').choices(Object.keys(PARTS)))
  .parse()
  .opts<Flags>();

const root = mkdtempSync(join(flags.folder, 'hawser-bench-'));
try {
  console.log(machine());
  for (const [part, measure] of Object.entries(PARTS)) {
    if (flags.only === undefined || flags.only === part) await measure();
  }
} finally {
  rmSync(root, { recursive: true });
}

function makeFile(name: string, bytes: number): string {
  const path = join(root, name);
  writeFileSync(path, '');
  const piece = Buffer.alloc(1e6);
  for (let left = bytes; left > 0; left -= piece.length) {
    randomFillSync(piece);
    writeFileSync(path, piece.subarray(0, left), { flag: 'a' });
  }
  return path;
}

/**
 * A receiver of its own for `act`, into an empty folder. Many small files stay there: a disk that is
 * told to discard what was removed is slow for a while. A large one goes before the next run, or that
 * has to make do with memory that the machine has not used before, which is slow to get.
 */
async function withReceiver<T>(act: (port: number) => Promise<T>, staysFull = false): Promise<T> {
  const into = mkdtempSync(join(root, 'into-'));
  const port = await freePort();
  const listen = ['receive', '--listen', `127.0.0.1:${port}`, '--directory', into, '--quiet'];
  const receiver = await startCommand(listen, 'listening on');
  try {
    return await act(port);
  } finally {
    await stop(receiver);
    if (!staysFull) rmSync(into, { recursive: true });
  }
}

async function largeFile(): Promise<void> {
  const path = makeFile('large', flags.megabytes * 1e6);
  const ratios: number[] = [];
  const rates: number[] = [];
  const limits: number[] = [];
  const shares: number[] = [];
  for (let run = 0; run < flags.runs; run++) {
    const bulk = await bulkMegabytesPerSecond(flags.megabytes * 1e6);
    const limit = await fileWork(path);
    const { bytesPerSecond } = await withReceiver((port) => send(path, port));
    const megabytesPerSecond = bytesPerSecond / 1e6;
    rates.push(megabytesPerSecond);
    ratios.push(megabytesPerSecond / bulk);
    limits.push(limit);
    shares.push(megabytesPerSecond * (1 / bulk + 1 / limit));
  }
  console.log(`\none file of ${flags.megabytes} MB, ${flags.runs} runs: median (least – most)`);
  console.log(`  MB/s                              ${show(spread(rates), 0)}`);
  console.log(`  over the same bytes without files ${show(spread(ratios), 2)}`);
  console.log(`  hashing and files alone, MB/s     ${show(spread(limits), 0)}`);
  console.log(`  share of what both allow together ${show(spread(shares), 2)}`);
}

async function fileWork(source: string): Promise<number> {
  const target = join(root, 'alone');
  const megabytesPerSecond = await fileWorkMegabytesPerSecond(source, target);
  rmSync(target);
  return megabytesPerSecond;
}

async function smallFiles(): Promise<void> {
  const folder = join(root, 'small');
  mkdirSync(folder);
  const paths = Array.from({ length: SMALL_FILES }, (_, i) => join(folder, `file ${i}`));
  for (const path of paths) writeFileSync(path, randomFillSync(Buffer.alloc(SMALL_BYTES)));
  const together: number[] = [];
  const ratios: number[] = [];
  for (let run = 0; run < flags.runs; run++) {
    const { elapsedMs } = await withReceiver((port) => send(folder, port), true);
    const singles = paths.slice(0, SINGLE_FILES);
    const single = await withReceiver((port) => millisecondsEach(singles, port));
    together.push(elapsedMs / 1000);
    ratios.push(single / (elapsedMs / SMALL_FILES));
  }
  console.log(`\n${SMALL_FILES} files of ${SMALL_BYTES} bytes, ${flags.runs} runs`);
  console.log(`  seconds                           ${show(spread(together), 2)}`);
  console.log(`  times faster than a connection each ${show(spread(ratios), 1)}`);
}

async function throughTheRelay(): Promise<void> {
  const path = makeFile('relayed', LINK_FILE_MEGABYTES * 1e6);
  const shares: number[] = [];
  for (let run = 0; run < flags.runs; run++) {
    const { bytesPerSecond } = await withReceiver(async (port) => {
      const entrance = await freePort();
      const ends = ['--listen', `127.0.0.1:${entrance}`, '--to', `127.0.0.1:${port}`];
      const relay = await startCommand(
        ['relay', ...ends, ...LINK, '--seed', `${run}`],
        entrance.toString(),
      );
      try {
        return await send(path, entrance);
      } finally {
        await stop(relay);
      }
    });
    shares.push(bytesPerSecond / 1e6 / LINK_MEGABYTES);
  }
  console.log(
    `\n${LINK_FILE_MEGABYTES} MB through 50 ms, 100 Mbit/s, 1 % loss, ${flags.runs} runs`,
  );
  console.log(`  share of the link                 ${show(spread(shares), 3)}`);
}
