/**
 * The thread that handles files, as a pool of one: every transfer of the process is a task of it.
 * Main thread.
 */
import { Piscina } from 'piscina';
import { loadedAhead, workerModule } from '../threads/worker-modules.js';

/** What its tasks are for. */
export const FILES_MODULE = workerModule('files');

/** More than connections have memory for: nobody waits behind others who may take their time. */
const MOST_TRANSFERS = 1024;

export function startFileThread(): Piscina {
  return new Piscina({
    ...loadedAhead(FILES_MODULE),
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: MOST_TRANSFERS,
    // A transfer waits in the event loop, which others then have.
    atomics: 'disabled',
    // Descriptors that a transfer leaves behind would be a mistake to be seen, not to be tidied up.
    trackUnmanagedFds: true,
    recordTiming: false,
    // It allocates little and for a short time; without a limit its heap grows all the same.
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  });
}
