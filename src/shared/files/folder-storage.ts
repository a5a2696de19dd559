/**
 * Storage in a tree of folders, one for each transfer. Transfers of one process share what they must
 * agree on: the limits, and which names are being received. File thread.
 */
import type { Breath } from './breath.js';
import { hashFile, newHash } from './digest.js';
import { openForReading } from './existing.js';
import type { Disk } from './disk.js';
import { Flusher } from './flusher.js';
import type { Folder } from './folder.js';
import { Folders } from './folders.js';
import { IncomingFile } from './incoming-file.js';
import { Leftovers } from './leftovers.js';
import type { Limits } from './limits.js';
import { canonicalName, type NameRules, parseName } from './names.js';
import { partialKey } from './partial-names.js';
import type { Conflict } from './placing.js';
import { FileFailure } from './status.js';
import type { OfferedFile, Reply, Storage } from './storage.js';

export interface FolderStorageOptions {
  readonly root: string;
  readonly conflict: Conflict;
  readonly names: NameRules;
}

/** What the transfers of one process have in common. */
export interface SharedStorage {
  readonly disk: Disk;
  readonly limits: Limits;
  /** Canonical names that are being received. */
  readonly claims: Set<string>;
}

const NO_DIGEST = Buffer.alloc(0);
const NON_ASCII = /[^\0-\x7f]/;

export class FolderStorage implements Storage {
  readonly #folders: Folders;
  readonly #leftovers: Leftovers;
  readonly #flusher: Flusher;
  /** Spellings of this transfer's names, where there is more than one way to spell them. */
  readonly #spellings = new Map<string, string>();

  constructor(
    private readonly options: FolderStorageOptions,
    private readonly shared: SharedStorage,
    private readonly breath: Breath,
  ) {
    this.#folders = new Folders(shared.disk, options.root, () => {
      shared.limits.admitFile(0);
    });
    this.#leftovers = new Leftovers(shared.disk);
    this.#flusher = new Flusher(shared.disk, this.#folders, options.conflict);
  }

  async consider(offer: OfferedFile): Promise<Reply> {
    const parts = parseName(offer.name, this.options.names);
    if (offer.isFolder) return this.#makeFolder(parts, offer);
    const canonical = canonicalName(parts);
    const isTaken = this.#isSpeltOtherwise(canonical, parts.join('/'));
    const existing = await this.#lookAtExisting(parts, offer, isTaken);
    if (existing?.is === 'settled') return existing;
    this.#claim(canonical);
    try {
      return await this.#expect(parts, offer, canonical, isTaken, existing);
    } catch (error) {
      this.shared.claims.delete(canonical);
      throw error;
    }
  }

  close(isComplete: boolean): void {
    this.#folders.settle(isComplete);
    this.#folders.close();
  }

  #makeFolder(parts: readonly string[], { mode, modifiedSeconds }: OfferedFile): Reply {
    this.#folders.make(parts, mode, modifiedSeconds);
    return { is: 'settled', status: 'stored', text: '' };
  }

  /** Whether this transfer has had the same name in another Unicode form, and is not to lose it. */
  #isSpeltOtherwise(canonical: string, name: string): boolean {
    if (!NON_ASCII.test(name)) return false;
    const known = this.#spellings.get(canonical) ?? name;
    this.#spellings.set(canonical, known);
    if (known === name || this.options.conflict === 'rename') return known !== name;
    throw new FileFailure(
      this.options.conflict === 'skip' ? 'skipped' : 'exists',
      'it differs from another name only in its Unicode form',
    );
  }

  /** What follows from a file that stands there; `undefined` if it does not matter. */
  async #lookAtExisting(
    parts: readonly string[],
    { size }: OfferedFile,
    isTaken: boolean,
  ): Promise<Exclude<Reply, { is: 'send' }> | undefined> {
    const { conflict } = this.options;
    const name = parts[parts.length - 1];
    // Nothing is made for a file that may be one too many.
    const folder = this.#folders.find(parts.slice(0, -1));
    const there = folder && this.shared.disk.look(folder.path(name));
    if (folder === undefined || there === undefined || isTaken) return undefined;
    if (conflict === 'skip') return { is: 'settled', status: 'skipped', text: 'it exists' };
    if (!there.isFile() && conflict !== 'rename') {
      throw new FileFailure('obstructed', 'what stands there is not a file, and is not replaced');
    }
    if (there.isFile() && Number(there.size) === size) {
      const digest = await this.#digestOf(folder, name, size);
      if (digest !== undefined) return { is: 'compare', digest };
    }
    if (conflict === 'refuse') throw new FileFailure('exists', 'a file of this name exists');
    return undefined;
  }

  async #digestOf(folder: Folder, name: string, size: number): Promise<Buffer | undefined> {
    const { disk } = this.shared;
    const fd = openForReading(disk, folder.path(name));
    if (fd === undefined) return undefined;
    try {
      const hash = newHash();
      const length = await hashFile(hash, disk, fd, size, this.breath);
      return length === size ? hash.digest() : undefined;
    } finally {
      disk.close(fd);
    }
  }

  #claim(canonical: string): void {
    if (this.options.conflict === 'rename') return;
    if (this.shared.claims.has(canonical)) {
      throw new FileFailure('busy', 'a file of this name is being received at this moment');
    }
    this.shared.claims.add(canonical);
  }

  async #expect(
    parts: readonly string[],
    offer: OfferedFile,
    canonical: string,
    isTaken: boolean,
    existing: Extract<Reply, { is: 'compare' }> | undefined,
  ): Promise<Reply> {
    const { disk, limits, claims } = this.shared;
    limits.admitFile(offer.size ?? 0);
    const folderPath = parts.slice(0, -1).join('/');
    const folder = () => this.#folders.reach(parts.slice(0, -1));
    const key = partialKey(parts[parts.length - 1]);
    const incoming = new IncomingFile(offer, parts, {
      disk,
      folder,
      key,
      isTaken,
      breath: this.breath,
      flusher: this.#flusher,
      adopt: () => this.#leftovers.adopt(folderPath, folder, key),
      admit: (bytes) => {
        limits.admitBytes(bytes);
      },
      release: (isStored, bytes) => {
        claims.delete(canonical);
        if (!isStored) limits.giveBack(bytes);
      },
    });
    if (existing !== undefined) return this.#compare(existing.digest, incoming);
    return this.#resume(incoming);
  }

  #compare(digest: Buffer, incoming: IncomingFile): Reply {
    if (this.options.conflict !== 'refuse') return { is: 'compare', digest, incoming };
    incoming.abandon(true);
    return { is: 'compare', digest };
  }

  async #resume(incoming: IncomingFile): Promise<Reply> {
    try {
      const found = await incoming.takeUp();
      return {
        is: 'send',
        incoming,
        offset: found?.offset ?? 0,
        digest: found?.digest ?? NO_DIGEST,
      };
    } catch (error) {
      incoming.abandon(true);
      throw error;
    }
  }
}
