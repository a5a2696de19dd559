/** Entrants of scenarios in which every contender plays the same workload. */
import { type Contender, isBlocking, type Kind } from '../contest/contenders.js';
import type { Entered, Field } from '../contest/field.js';
import { type Match, type MatchOutcome, play, runBoth } from '../contest/measure.js';
import type { Entrant, Figures } from '../contest/scenario.js';
import type { ManyWorkloadName } from '../many/many.js';
import type { ServerOutcome } from '../many/server.js';
import type { WorkloadName } from '../workloads/index.js';

type FiguresOf = (outcome: MatchOutcome) => Figures;

export function matchEntrants(
  field: Field,
  workload: WorkloadName,
  seconds: number,
  figuresOf: FiguresOf,
  takesPart = (contender: Contender) => !hasLargeDatagrams(contender),
): Entrant[] {
  return field.entered
    .filter(({ contender }) => takesPart(contender))
    .map((entered) => ({
      ...headOf(entered),
      measure: async () => figuresOf(await play({ ...commonOf(entered), workload, seconds })),
    }));
}

export function hasLargeDatagrams(contender: Contender): boolean {
  return !isBlocking(contender) && contender.largeDatagrams === true;
}

/** Those that can have a relay between their sides; `networkOf` gives its flags for a run. */
export function relayedEntrants(
  field: Field,
  seconds: number,
  networkOf: (run: number) => NonNullable<Match['network']>,
  figuresOf: FiguresOf,
): Entrant[] {
  const able = field.entered.filter(
    ({ contender }) => !isBlocking(contender) && contender.relayed === true,
  );
  return able.map((entered) => ({
    ...headOf(entered),
    measure: async (run) => {
      const match = { ...commonOf(entered), workload: 'doubling-bulk' as const, seconds };
      return figuresOf(await play({ ...match, network: networkOf(run) }));
    },
  }));
}

/** Those that carry many connections. */
export function manyEntrants(
  field: Field,
  workload: ManyWorkloadName,
  connections: number,
  seconds: number,
  figuresOf: (opener: unknown, accepter: ServerOutcome) => Figures,
): Entrant[] {
  const able = field.entered.filter(
    ({ contender }) =>
      !isBlocking(contender) && contender.loadMany !== undefined && !hasLargeDatagrams(contender),
  );
  return able.map((entered) => ({
    ...headOf(entered),
    measure: async () => {
      const task = { ...commonOf(entered), workload, connections, seconds };
      const { opener, accepter } = await runBoth(task);
      return figuresOf(opener, accepter as ServerOutcome);
    },
  }));
}

function headOf({ contender }: Entered): { readonly label: string; readonly kind: Kind } {
  return { label: contender.label, kind: contender.kind };
}

function commonOf({ contender, packageEntry }: Entered) {
  return { contender: contender.name, ...(packageEntry !== undefined && { packageEntry }) };
}
