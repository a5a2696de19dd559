/**
 * Unfinished files that earlier transfers have left in the folders of this one. Each folder is listed
 * once. File thread.
 */
import type { Disk } from './disk.js';
import { Partial, type FolderFinder } from './partial.js';
import { isInUse, parsePartialName } from './partial-names.js';

export class Leftovers {
  readonly #listed = new Set<string>();
  /** Names by folder and key. */
  readonly #names = new Map<string, string[]>();

  constructor(private readonly disk: Disk) {}

  /** Takes up the largest one there is for the key; the others are of no more use. */
  adopt(folderPath: string, folder: FolderFinder, key: string): Partial | undefined {
    this.#list(folderPath, folder);
    const index = `${folderPath}\0${key}`;
    const names = this.#names.get(index) ?? [];
    this.#names.delete(index);
    if (names.length === 0) return undefined;
    const [largest, ...others] = this.#bySize(folder, names);
    for (const name of others) this.#remove(folder, name);
    return Partial.adopt(this.disk, folder, key, largest);
  }

  #list(folderPath: string, folder: FolderFinder): void {
    if (this.#listed.has(folderPath)) return;
    this.#listed.add(folderPath);
    for (const name of this.disk.list(folder().path('.'))) {
      const partial = parsePartialName(name);
      if (partial === undefined || isInUse(name, partial)) continue;
      const index = `${folderPath}\0${partial.key}`;
      this.#names.set(index, [...(this.#names.get(index) ?? []), name]);
    }
  }

  #bySize(folder: FolderFinder, names: readonly string[]): string[] {
    const size = (name: string) => Number(this.disk.look(folder().path(name))?.size ?? -1n);
    return [...names].sort((a, b) => size(b) - size(a));
  }

  #remove(folder: FolderFinder, name: string): void {
    try {
      this.disk.remove(folder().path(name));
    } catch {
      // Another transfer was quicker.
    }
  }
}
