/**
 * The tree under the receiver's directory. Folders that were used last stay open; a folder is only
 * borrowed, until the next call. File thread.
 */
import type { Disk } from './disk.js';
import { Folder, PRIVATE_MODE } from './folder.js';
import { failureOf } from './status.js';

const MOST_OPEN = 128;

/** A folder that was sent, whose permissions and time are set when everything is in it. */
interface SentFolder {
  readonly parts: readonly string[];
  /** Permissions of what was there before are somebody else's choice. */
  readonly isNew: boolean;
  readonly mode: number;
  readonly modifiedSeconds: number;
}

export class Folders {
  #root: Folder | undefined;
  /** By path, the one used last at the end. */
  readonly #open = new Map<string, Folder>();
  /** By path, in the order of their first offers. */
  readonly #sent = new Map<string, SentFolder>();

  /** `admit` counts a folder in that is about to be made, or throws. */
  constructor(
    readonly disk: Disk,
    private readonly rootPath: string,
    private readonly admit: () => void,
  ) {}

  /** Makes what is missing on the way, if asked to. Throws what stands in the way. */
  reach(parts: readonly string[], makesMissing = true): Folder {
    let folder = (this.#root ??= this.#openRoot());
    for (let depth = 1; depth <= parts.length; depth++) {
      folder = this.#step(folder, parts.slice(0, depth), makesMissing);
    }
    return folder;
  }

  /** Makes nothing: `undefined` if it, or one on the way, is not there. */
  find(parts: readonly string[]): Folder | undefined {
    try {
      return this.reach(parts, false);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw failureOf(error, 'cannot open the folder');
    }
  }

  /** A folder that the sender has offered, with its permissions and its time. */
  make(parts: readonly string[], mode: number, modifiedSeconds: number): void {
    const name = parts[parts.length - 1];
    const path = parts.join('/');
    const isThere = this.find(parts) !== undefined;
    if (!isThere) this.admit();
    const isMade = !isThere && this.reach(parts.slice(0, -1)).make(name, true);
    this.reach(parts);
    // Offered again and again it is one folder all the same.
    const isNew = isMade || this.#sent.get(path)?.isNew === true;
    this.#sent.set(path, { parts, isNew, mode, modifiedSeconds });
  }

  /**
   * Permissions and times, the innermost first: later changes in a folder would undo them. Into a
   * folder that is not complete the owner can write on.
   */
  settle(isComplete: boolean): void {
    const sent = [...this.#sent.values()].reverse();
    this.#sent.clear();
    for (const { parts, isNew, mode, modifiedSeconds } of sent) {
      try {
        const { fd } = this.reach(parts, false);
        if (isNew) this.disk.setMode(fd, isComplete ? mode : mode | PRIVATE_MODE);
        this.disk.setTime(fd, modifiedSeconds);
      } catch {
        // Somebody has removed or replaced it: then it is theirs.
      }
    }
  }

  close(): void {
    for (const folder of this.#open.values()) folder.close();
    this.#open.clear();
    this.#root?.close();
  }

  /** When it is needed, so that a directory that is gone is told like everything in the way. */
  #openRoot(): Folder {
    try {
      return Folder.openRoot(this.disk, this.rootPath);
    } catch (error) {
      throw failureOf(error, "cannot open the receiver's directory");
    }
  }

  #step(parent: Folder, parts: readonly string[], makesMissing: boolean): Folder {
    const path = parts.join('/');
    const known = this.#open.get(path);
    if (known !== undefined) {
      this.#open.delete(path);
      this.#open.set(path, known);
      return known;
    }
    const name = parts[parts.length - 1];
    const folder = makesMissing ? this.#openOrMake(parent, name) : parent.open(name);
    this.#open.set(path, folder);
    this.#closeOldest(path);
    return folder;
  }

  #openOrMake(parent: Folder, name: string): Folder {
    try {
      return parent.open(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw failureOf(error, `cannot open the folder "${name}"`);
      }
    }
    this.admit();
    parent.make(name, false);
    return parent.open(name);
  }

  #closeOldest(inUse: string): void {
    for (const [path, folder] of this.#open) {
      if (this.#open.size <= MOST_OPEN) return;
      if (inUse.startsWith(path)) continue;
      folder.close();
      this.#open.delete(path);
    }
  }
}
