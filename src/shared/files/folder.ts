/**
 * A folder that is held open, so that names in it mean this very folder, whatever is done to the
 * path that led to it. Node has no `openat`; on Linux `/proc/self/fd/N/name` does the same. Elsewhere
 * the path is used, each part of which was looked at. File thread.
 */
import { constants, existsSync } from 'node:fs';
import type { Disk } from './disk.js';
import { failureOf, FileFailure } from './status.js';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

const DESCRIPTORS = '/proc/self/fd';
const hasDescriptors = process.platform === 'linux' && existsSync(DESCRIPTORS);

/** Nobody else may look into a folder before its own permissions are set. */
export const PRIVATE_MODE = 0o700;
const DEFAULT_MODE = 0o755;

export class Folder {
  readonly #base: string;

  private constructor(
    private readonly disk: Disk,
    readonly fd: number,
    path: string,
  ) {
    this.#base = hasDescriptors ? `${DESCRIPTORS}/${fd}` : path;
  }

  /** `path` is the user's own, links in it are meant. */
  static openRoot(disk: Disk, path: string): Folder {
    return new Folder(disk, disk.open(path, O_RDONLY | O_DIRECTORY), path);
  }

  /** The path of something in it; not to be kept longer than the folder is open. */
  path(name: string): string {
    return `${this.#base}/${name}`;
  }

  /**
   * Opens a folder in it. Throws `obstructed` if that is something else, also a link to a folder,
   * and ENOENT if it is not there.
   */
  open(name: string): Folder {
    const path = this.path(name);
    const there = this.disk.look(path);
    if (there?.isSymbolicLink()) {
      throw new FileFailure(
        'obstructed',
        `"${name}" is a symbolic link, and links are not followed`,
      );
    }
    if (there !== undefined && !there.isDirectory()) {
      throw new FileFailure('obstructed', `"${name}" is a file where a folder should be`);
    }
    return new Folder(this.disk, this.disk.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), path);
  }

  /** Returns whether it is new. `isPrivate` until its own permissions are set. */
  make(name: string, isPrivate: boolean): boolean {
    try {
      this.disk.makeFolder(this.path(name), isPrivate ? PRIVATE_MODE : DEFAULT_MODE);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw failureOf(error, `cannot make the folder "${name}"`);
    }
  }

  close(): void {
    this.disk.close(this.fd);
  }
}
