/**
 * A thread's objects for its connections, as far as they are in use. They keep nothing that is not in
 * shared memory from one call to the next, so they are made when they are asked for, and let go when
 * others are in use: of ten thousand idle connections a thread has next to nothing.
 *
 * Not for a listener, which keeps of what arrives more than is in shared memory.
 */
import type { ConnectionMemory } from '../memory/connection-memory.js';
import type { Connection } from '../transport/connection.js';
import type { TransportSettings } from '../transport/settings.js';
import type { ConnectionTask } from './task.js';

/** One thread's way to a connection. */
export interface Berth {
  readonly place: number;
  readonly settings: TransportSettings;
  readonly memory: ConnectionMemory;
  readonly connection: Connection;
}

export type BerthObjects = Pick<Berth, 'memory' | 'connection'>;

/** So many are kept in any case. */
const LEAST = 256;

export class BerthCache {
  readonly #filled: CachedBerth[] = [];
  #sweeps = false;
  /** Counts the calls of {@link endPeriod}. */
  period = 0;

  constructor(
    private readonly make: (task: ConnectionTask) => BerthObjects,
    /** Also kept is what was in use so lately; 0 on a thread without an event loop. */
    private readonly periodMs: number,
  ) {}

  berth(task: ConnectionTask): Berth {
    return new CachedBerth(task, this);
  }

  /** How many have their objects now. */
  get count(): number {
    return this.#filled.length;
  }

  fill(berth: CachedBerth, task: ConnectionTask): BerthObjects {
    this.#filled.push(berth);
    if (this.#filled.length > LEAST) this.#makeRoom();
    return this.make(task);
  }

  /** Lets go what was not used since the last time. */
  endPeriod(): void {
    for (const berth of this.#filled.splice(0)) {
      if (berth.usedIn === this.period) this.#filled.push(berth);
      else berth.letGo();
    }
    this.period += 1;
  }

  #makeRoom(): void {
    if (this.periodMs === 0) this.#filled.shift()?.letGo();
    else if (!this.#sweeps) this.#sweep();
  }

  #sweep(): void {
    this.#sweeps = true;
    const sweep = () => {
      this.endPeriod();
      this.#sweeps = this.#filled.length > LEAST;
      if (this.#sweeps) this.#sweep();
    };
    setTimeout(sweep, this.periodMs).unref();
  }
}

class CachedBerth implements Berth {
  #objects: BerthObjects | undefined;
  /** The period in which it was asked for last. */
  usedIn = 0;

  constructor(
    private readonly task: ConnectionTask,
    private readonly cache: BerthCache,
  ) {}

  get place(): number {
    return this.task.place;
  }

  get settings(): TransportSettings {
    return this.task.settings;
  }

  get memory(): ConnectionMemory {
    return this.#use().memory;
  }

  get connection(): Connection {
    return this.#use().connection;
  }

  /** Whoever still has them may go on with them. */
  letGo(): void {
    this.#objects = undefined;
  }

  #use(): BerthObjects {
    this.usedIn = this.cache.period;
    return (this.#objects ??= this.cache.fill(this, this.task));
  }
}
