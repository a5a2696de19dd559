/**
 * How a finished file gets its name, in one step: before it the name is what it was, after it the
 * file is whole. What exists is replaced only if that was asked for. File thread.
 */
import { constants } from 'node:fs';
import type { Disk } from './disk.js';
import type { Folder } from './folder.js';
import { failureOf, FileFailure } from './status.js';

/** What is done about a name that is taken. */
export const CONFLICTS = ['refuse', 'overwrite', 'rename', 'skip'] as const;
export type Conflict = (typeof CONFLICTS)[number];

const MOST_RENAMES = 9999;
const LONGEST_NAME_BYTES = 255;
/** File systems without hard links say one of these. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Returns the name it got. `isTaken`: the very name is not to be had, whatever the disk says. */
export function place(
  disk: Disk,
  folder: Folder,
  temporary: string,
  name: string,
  conflict: Conflict,
  isTaken = false,
): string {
  try {
    if (conflict === 'overwrite') return replace(disk, folder, temporary, name);
    if (!isTaken && takes(disk, folder, temporary, name)) return name;
    if (conflict === 'rename') return placeBeside(disk, folder, temporary, name);
  } catch (error) {
    throw failureOf(error, 'cannot give the file its name');
  }
  if (conflict === 'skip') throw new FileFailure('skipped', 'it exists meanwhile');
  throw new FileFailure('exists', 'a file of this name has come into being meanwhile');
}

function placeBeside(disk: Disk, folder: Folder, temporary: string, name: string): string {
  for (let number = 1; number <= MOST_RENAMES; number++) {
    const candidate = numberedName(name, number);
    if (takes(disk, folder, temporary, candidate)) return candidate;
  }
  throw new FileFailure('exists', `there are ${MOST_RENAMES} of this name already`);
}

/** "photo.jpg" → "photo (1).jpg", shortened where the disk would not take it. */
export function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const stemEnd = dot > 0 ? dot : name.length;
  const ending = ` (${number})${name.slice(stemEnd)}`;
  let stem = name.slice(0, stemEnd);
  while (stem !== '' && Buffer.byteLength(stem + ending) > LONGEST_NAME_BYTES) {
    stem = Array.from(stem).slice(0, -1).join('');
  }
  return stem + ending;
}

/** A file may be replaced by a file; a folder, a device or a link may not. */
function replace(disk: Disk, folder: Folder, temporary: string, name: string): string {
  const there = disk.look(folder.path(name));
  if (there !== undefined && !there.isFile()) {
    throw new FileFailure('obstructed', 'what stands there is not a file, and is not replaced');
  }
  disk.rename(folder.path(temporary), folder.path(name));
  return name;
}

/** Whether the name was free. */
function takes(disk: Disk, folder: Folder, temporary: string, name: string): boolean {
  try {
    disk.link(folder.path(temporary), folder.path(name));
    disk.remove(folder.path(temporary));
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.includes(code)) throw error;
    return takesWithoutLinks(disk, folder, temporary, name);
  }
}

/** Claims the name with an empty file, over which the whole one is put. */
function takesWithoutLinks(disk: Disk, folder: Folder, temporary: string, name: string): boolean {
  const { O_CREAT, O_EXCL, O_WRONLY } = constants;
  try {
    disk.close(disk.open(folder.path(name), O_WRONLY | O_CREAT | O_EXCL));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  disk.rename(folder.path(temporary), folder.path(name));
  return true;
}
