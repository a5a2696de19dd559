/** Entrants of scenarios in which every contender plays the same workload. */
import type { Field } from '../contest/field.js';
import { play, type MatchOutcome } from '../contest/measure.js';
import type { Entrant, Figures } from '../contest/scenario.js';
import type { WorkloadName } from '../workloads/index.js';

export function matchEntrants(
  field: Field,
  workload: WorkloadName,
  seconds: number,
  figuresOf: (outcome: MatchOutcome) => Figures,
): Entrant[] {
  return field.entered.map(({ contender, packageEntry }) => ({
    label: contender.label,
    kind: contender.kind,
    measure: async () => {
      const match = { contender: contender.name, workload, seconds };
      return figuresOf(await play({ ...match, ...(packageEntry && { packageEntry }) }));
    },
  }));
}
