/**
 * Runs the rows of a scenario in turn, A B C A B C …, so that whatever else the machine does falls on
 * all of them alike, and ratios can be taken within a turn.
 */
import type { Kind } from './contenders.js';
import type { Entrant, Figures } from './scenario.js';

export interface Row {
  readonly label: string;
  readonly kind: Kind;
  /** One a run, undefined where the run failed. */
  readonly samples: (Figures | undefined)[];
  readonly failures: string[];
}

export async function interleave(
  entrants: readonly Entrant[],
  runs: number,
  onStep: (label: string, run: number) => void,
): Promise<Row[]> {
  const rows = entrants.map(({ label, kind }): Row => ({ label, kind, samples: [], failures: [] }));
  for (let run = 0; run < runs; run++) {
    for (const [at, entrant] of entrants.entries()) {
      onStep(entrant.label, run);
      rows[at].samples.push(await sample(entrant, run, rows[at].failures));
    }
  }
  return rows;
}

async function sample(
  entrant: Entrant,
  run: number,
  failures: string[],
): Promise<Figures | undefined> {
  try {
    return await entrant.measure(run);
  } catch (error) {
    failures.push(`run ${run + 1}: ${(error as Error).message}`);
    return undefined;
  }
}
