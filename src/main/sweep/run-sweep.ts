/**
 * Plays the cells that have no result yet, as many at a time as there are threads. Main thread, which
 * only writes results down. Cells are pure computation: a thread may be ended at any moment.
 */
import { Piscina } from 'piscina';
import type { Outcome } from '../../shared/sweep/outcome.js';
import type { Scenario } from '../../shared/sweep/scenario.js';
import { errand, loadedAhead, workerModule } from '../threads/worker-modules.js';
import type { ResultsFile } from './results-file.js';

const SWEEP_MODULE = workerModule('sweep');

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
  const players = Math.min(threads, waiting.length);
  if (players === 0) return;
  const clock = new SweepClock(cells.length, waiting.length);
  const pool = createPool(players);
  // One list for all players: each takes the next cell when it has finished its last.
  const next = waiting.values();
  const play = async () => {
    for (const cell of next) {
      results.add(cell, await pool.run(errand(SWEEP_MODULE, cell), { signal }));
      onProgress(clock.cellDone());
    }
  };
  onProgress(clock.progress());
  try {
    await Promise.all(Array.from({ length: players }, play));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await pool.destroy();
  }
}

/** How far a sweep is, and how long the rest takes if it goes on like that. */
class SweepClock {
  readonly #startedAt = performance.now();
  #played = 0;

  constructor(
    private readonly total: number,
    private readonly toPlay: number,
  ) {}

  cellDone(): SweepProgress {
    this.#played += 1;
    return this.progress();
  }

  progress(): SweepProgress {
    const left = this.toPlay - this.#played;
    const secondsEach = (performance.now() - this.#startedAt) / 1e3 / this.#played;
    const secondsLeft = this.#played === 0 ? undefined : secondsEach * left;
    return { done: this.total - left, total: this.total, secondsLeft };
  }
}

function createPool(threads: number): Piscina<ReturnType<typeof errand>, Outcome> {
  return new Piscina({
    ...loadedAhead(SWEEP_MODULE),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Infinity,
    atomics: 'disabled',
    recordTiming: false,
  });
}
