/** Trees of files for tests: made from a seed, and compared byte for byte. */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { RandomStream } from '#hawser/shared/net/random.js';

/** A folder that goes when the test is over. */
export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hawser-files-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** An empty folder in it. */
export function makeFolder(...parts: readonly string[]): string {
  const path = join(...parts);
  mkdirSync(path, { recursive: true });
  return path;
}

export function randomBytes(random: RandomStream, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4) {
    const word = random.below(2 ** 32);
    for (let i = at; i < Math.min(length, at + 4); i++) bytes[i] = word >>> (8 * (i - at));
  }
  return bytes;
}

export function write(bytes: Uint8Array | string, ...parts: readonly string[]): string {
  const path = join(...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** Sizes at which frames, slots and pages end. */
const SIZES = [0, 1, 1000, 4095, 4096, 65_535, 65_536, 65_537, 131_072, 262_145];

/** Files of telling sizes in a few folders, with permissions and times of their own. */
export function makeTree(random: RandomStream, root: string, files = SIZES.length): void {
  for (let i = 0; i < files; i++) {
    const size = i < SIZES.length ? SIZES[i] : random.below(50_000);
    const depth = random.below(3);
    const folders = Array.from({ length: depth }, () => `folder ${random.below(3)}`);
    const bytes = randomBytes(random, size);
    const path = write(bytes, root, ...folders, `file ${i}`);
    utimesSync(path, 1, 1_000_000_000 + random.below(600_000_000));
  }
  makeFolder(root, 'empty');
}

interface Entry {
  readonly mode: number;
  /** Length and digest. */
  readonly bytes: string | undefined;
  readonly modifiedMs: number;
}

/** What is in a tree, by path; unfinished files too. */
export function contents(root: string): Record<string, Entry> {
  const entries: Record<string, Entry> = {};
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const stats = lstatSync(join(root, path));
    const bytes = stats.isFile() ? digestOf(readFileSync(join(root, path))) : undefined;
    // Times travel in nanoseconds but are set in doubles of seconds.
    entries[path] = { mode: stats.mode, bytes, modifiedMs: Math.round(stats.mtimeMs) };
  }
  return entries;
}

function digestOf(bytes: Uint8Array): string {
  return `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
}
