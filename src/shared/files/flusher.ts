/**
 * The last step of received files, many at a time. While one batch is being flushed the next one
 * gathers, so that small files share the disk's commits, and a single one does not wait. A file has
 * its name when it is on the medium, and the name is on the medium when its end is told. File thread.
 */
import { constants } from 'node:fs';
import type { Disk } from './disk.js';
import type { Folder } from './folder.js';
import type { Folders } from './folders.js';
import type { Partial } from './partial.js';
import { type Conflict, place } from './placing.js';
import { failureOf } from './status.js';

const { O_DIRECTORY, O_RDONLY } = constants;

export interface Finish {
  readonly mode: number;
  readonly modifiedSeconds: number;
  readonly isTaken: boolean;
}

interface Task {
  readonly partial: Partial;
  readonly parts: readonly string[];
  readonly finish: Finish;
  readonly resolve: (name: string) => void;
  readonly reject: (error: unknown) => void;
}

export class Flusher {
  #waiting: Task[] = [];
  #isRunning = false;

  constructor(
    private readonly disk: Disk,
    private readonly folders: Folders,
    private readonly conflict: Conflict,
  ) {}

  /** Resolves with the name the file has got, once that is durable. */
  flush(partial: Partial, parts: readonly string[], finish: Finish): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ partial, parts, finish, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#flushBatch(batch);
    }
    this.#isRunning = false;
  }

  async #flushBatch(batch: readonly Task[]): Promise<void> {
    const placed = await Promise.all(batch.map((task) => this.#place(task)));
    const error = await this.#syncFolders(batch);
    placed.forEach((name, i) => {
      if (name === undefined) return;
      if (error === undefined) batch[i].resolve(name);
      else batch[i].reject(error);
    });
  }

  /** Resolves with the name, or with `undefined` if it has failed. */
  async #place({ partial, parts, finish, reject }: Task): Promise<string | undefined> {
    try {
      await partial.seal(finish.mode, finish.modifiedSeconds);
      const folder = this.folders.reach(parts.slice(0, -1));
      const wanted = parts[parts.length - 1];
      const name = place(this.disk, folder, partial.name, wanted, this.conflict, finish.isTaken);
      partial.close();
      return name;
    } catch (error) {
      reject(error);
      return undefined;
    }
  }

  async #syncFolders(batch: readonly Task[]): Promise<Error | undefined> {
    const paths = new Map(batch.map(({ parts }) => [parts.slice(0, -1).join('/'), parts]));
    for (const parts of paths.values()) {
      try {
        await this.#syncFolder(this.folders.reach(parts.slice(0, -1)));
      } catch (error) {
        return failureOf(error, 'cannot flush the folder to the disk');
      }
    }
    return undefined;
  }

  /** On a descriptor of its own: folders are only borrowed, and this takes its time. */
  async #syncFolder(folder: Folder): Promise<void> {
    const fd = this.disk.open(folder.path('.'), O_RDONLY | O_DIRECTORY);
    try {
      await this.disk.sync(fd);
    } finally {
      this.disk.close(fd);
    }
  }
}
