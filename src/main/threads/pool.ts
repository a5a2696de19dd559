/**
 * The pool that every role thread of the process comes from. Main thread.
 *
 * All threads start at once and stay: a role is a long-lived task that blocks its thread, so a pool
 * that grew on demand would only start late. `atomics: 'disabled'` leaves an idle worker in its
 * event loop, where it costs nothing and can import modules.
 */
import { Piscina } from 'piscina';
import { loadedAhead } from './worker-modules.js';

/** Two role threads an endpoint: the listener and the timer. */
export const THREADS_PER_ENDPOINT = 2;

export interface PoolShape {
  /** Endpoints that may be up at the same time. */
  readonly endpoints: number;
  /** Threads for the user's own blocking code. */
  readonly applications: number;
  /** A module that each thread imports as it starts, ahead of its first task. */
  readonly preload: URL;
}

/**
 * For what is young in the heap of a role: it makes little garbage, and otherwise V8 keeps some 32 MiB
 * a thread for that once many connections have come and gone.
 */
const ROLE_LIMITS = { maxYoungGenerationSizeMb: 2 };

export function createPool({ endpoints, applications, preload }: PoolShape): Piscina {
  const threads = endpoints * THREADS_PER_ENDPOINT + applications;
  return new Piscina({
    ...loadedAhead(preload),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    // Descriptors opened through FFI belong to the main thread, and there is nothing else to track.
    trackUnmanagedFds: false,
    recordTiming: false,
    // The user's own code may need more.
    ...(applications === 0 && { resourceLimits: ROLE_LIMITS }),
  });
}
