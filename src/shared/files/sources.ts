/**
 * What is to be sent: files, folders with all that is in them, and standard input, as a list that is
 * made while it is read. Links to files are followed, everything else that is no file and no folder
 * is left out, and said. File thread.
 */
import { type BigIntStats, lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { failureOf, FileFailure } from './status.js';

export const STANDARD_INPUT = '-';

interface Named {
  /** Path on the wire: with `/` between its parts. */
  readonly name: string;
}

/** What is kept of what the system says: many are kept at once, and most of it nobody asks for. */
export type SourceStats = Readonly<Pick<BigIntStats, 'size' | 'mode' | 'mtimeNs' | 'ino' | 'dev'>>;

export interface FileItem extends Named {
  readonly is: 'file';
  readonly path: string;
  readonly stats: SourceStats;
}

export interface FolderItem extends Named {
  readonly is: 'folder';
  readonly stats: SourceStats;
}

export interface StreamItem extends Named {
  readonly is: 'stream';
}

/** Something that cannot be sent. */
export interface ProblemItem extends Named {
  readonly is: 'problem';
  readonly failure: FileFailure;
}

export type Item = FileItem | FolderItem | StreamItem | ProblemItem;

export interface SourceOptions {
  readonly paths: readonly string[];
  /** What standard input is called. */
  readonly streamName: string;
}

/** In a stable order: folders before what is in them. */
export function* items({ paths, streamName }: SourceOptions): Generator<Item, void, undefined> {
  for (const path of paths) {
    if (path === STANDARD_INPUT) yield { is: 'stream', name: streamName };
    else yield* item(path, basename(resolve(path)), true);
  }
}

function* item(path: string, name: string, isNamed: boolean): Generator<Item, void, undefined> {
  try {
    const stats = statSync(path, { bigint: true });
    if (stats.isFile()) yield { is: 'file', path, name, stats: kept(stats) };
    else if (!stats.isDirectory()) yield leftOut(name, 'it is neither a file nor a folder');
    else if (isNamed || !isLink(path)) yield* folder(path, name, kept(stats));
    else yield leftOut(name, 'it is a link to a folder');
  } catch (error) {
    yield { is: 'problem', name, failure: failureOf(error, 'cannot read', 'unreadable') };
  }
}

function* folder(path: string, name: string, stats: SourceStats): Generator<Item, void, undefined> {
  yield { is: 'folder', name, stats };
  for (const bytes of readdirSync(path, { encoding: 'buffer' }).sort((a, b) => a.compare(b))) {
    const entry = bytes.toString();
    if (Buffer.from(entry).equals(bytes)) yield* item(join(path, entry), `${name}/${entry}`, false);
    else yield leftOut(`${name}/${entry}`, 'its name is not UTF-8');
  }
}

function kept({ size, mode, mtimeNs, ino, dev }: BigIntStats): SourceStats {
  return { size, mode, mtimeNs, ino, dev };
}

function leftOut(name: string, reason: string): ProblemItem {
  return { is: 'problem', name, failure: new FileFailure('unreadable', `left out: ${reason}`) };
}

function isLink(path: string): boolean {
  return lstatSync(path).isSymbolicLink();
}
