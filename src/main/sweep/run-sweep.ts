/**
 * Plays the cells that have no result yet, as many at a time as there are threads. Main thread, which
 * only writes results down. Cells are pure computation: a thread may be ended at any moment.
 */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Outcome } from '../../shared/sweep/outcome.js';
import type { Scenario } from '../../shared/sweep/scenario.js';
import type { ResultsFile } from './results-file.js';

export interface SweepProgress {
  readonly done: number;
  readonly total: number;
  /** An estimate, from the cells so far; undefined before the first. */
  readonly secondsLeft: number | undefined;
}

export interface SweepOptions {
  readonly threads: number;
  readonly onProgress: (progress: SweepProgress) => void;
  /** Aborted to stop early; what is finished stays. */
  readonly signal: AbortSignal;
}

/** Resolves when every cell has a result, or soon after the signal. */
export async function runSweep(
  cells: readonly Scenario[],
  results: ResultsFile,
  { threads, onProgress, signal }: SweepOptions,
): Promise<void> {
  const waiting = cells.filter((cell) => results.get(cell) === undefined);
  if (waiting.length === 0) return;
  const pool = createPool(Math.min(threads, waiting.length));
  const startedAt = performance.now();
  let left = waiting.length;
  const play = async (cell: Scenario) => {
    results.add(cell, await pool.run(cell, { signal }));
    left -= 1;
    const played = waiting.length - left;
    const secondsLeft = ((performance.now() - startedAt) / 1e3 / played) * left;
    onProgress({ done: cells.length - left, total: cells.length, secondsLeft });
  };
  onProgress({ done: cells.length - left, total: cells.length, secondsLeft: undefined });
  try {
    await Promise.all(waiting.map(play));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await pool.destroy();
  }
}

function createPool(threads: number): Piscina<Scenario, Outcome> {
  return new Piscina({
    filename: fileURLToPath(new URL('../../workers/sweep.js', import.meta.url)),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Infinity,
    atomics: 'disabled',
    recordTiming: false,
  });
}
