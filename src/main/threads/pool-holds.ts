/**
 * Lets the process end although roles are at work. Piscina holds it for as long as a task runs, and a
 * role's runs for as long as its endpoint; whether that is a reason to stay is for the endpoint to
 * say. Any thread that has a pool.
 */
import type { Piscina } from 'piscina';

/** What Piscina's `workerCreate` hands out carries its worker, which can be let go, under a symbol. */
interface Unrefable {
  unref(): void;
}

export class PoolHolds {
  readonly #workers = new Set<Unrefable>();

  /** Right after the pool was made. */
  constructor(pool: Piscina) {
    pool.on('workerCreate', (worker: object) => {
      const found = workerOf(worker);
      if (found !== undefined) this.#workers.add(found);
    });
  }

  /** After tasks were given to the pool: each holds the process until it is let go again. */
  letGo(): void {
    for (const worker of this.#workers) worker.unref();
  }
}

function workerOf(shown: object): Unrefable | undefined {
  for (const symbol of Object.getOwnPropertySymbols(shown)) {
    const hidden = (shown as Record<symbol, unknown>)[symbol];
    if (typeof (hidden as Unrefable | undefined)?.unref === 'function') return hidden as Unrefable;
  }
  return undefined;
}
