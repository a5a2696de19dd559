/** How a pool of any kind gets its modules, and a task to one of them: see `workers/entry.cts`. */
import { fileURLToPath } from 'node:url';

/** The compiled module of a worker. */
export function workerModule(name: string): URL {
  return new URL(`../../workers/${name}.js`, import.meta.url);
}

/** For a pool whose threads are ready once they have imported `module`. */
export function loadedAhead(module: URL) {
  const entry = new URL('../../workers/entry.cjs', import.meta.url);
  return { filename: fileURLToPath(entry), workerData: { preload: module.href } };
}

/** A task for the default export of `module`. */
export function errand(module: URL, task?: unknown) {
  return { module: module.href, task };
}
