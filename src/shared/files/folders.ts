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
  readonly #sent: SentFolder[] = [];

  constructor(
    readonly disk: Disk,
    private readonly rootPath: string,
  ) {}

  /** Makes what is missing on the way, if asked to. Throws what stands in the way. */
  reach(parts: readonly string[], makesMissing = true): Folder {
    let folder = (this.#root ??= this.#openRoot());
    for (let depth = 1; depth <= parts.length; depth++) {
      folder = this.#step(folder, parts.slice(0, depth), makesMissing);
    }
    return folder;
  }

  /** A folder that the sender has offered, with its permissions and its time. */
  make(parts: readonly string[], mode: number, modifiedSeconds: number): void {
    const name = parts[parts.length - 1];
    const parent = this.reach(parts.slice(0, -1));
    const isNew = parent.make(name, true);
    this.reach(parts);
    this.#sent.push({ parts, isNew, mode, modifiedSeconds });
  }

  /**
   * Permissions and times, the innermost first: later changes in a folder would undo them. Into a
   * folder that is not complete the owner can write on.
   */
  settle(isComplete: boolean): void {
    for (const { parts, isNew, mode, modifiedSeconds } of this.#sent.splice(0).reverse()) {
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
