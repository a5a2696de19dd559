/** The cells of a sweep: every combination of the values given for each axis. */
import type { Scenario } from '../../shared/sweep/scenario.js';

/** The values of each field of a scenario that are to be combined. */
export type Axes = { readonly [Field in keyof Scenario]: readonly Scenario[Field][] };

/** In an order in which neighbours differ in the last fields first. */
export function scenariosOf(axes: Axes): Scenario[] {
  let cells: Partial<Scenario>[] = [{}];
  for (const [field, values] of Object.entries(axes)) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [field]: value })));
  }
  return cells as Scenario[];
}

export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** Every `count`-th cell, so that each machine gets its part of the long ones. */
export function shardOf<Cell>(cells: readonly Cell[], { index, count }: Shard): Cell[] {
  return cells.filter((_, at) => at % count === index - 1);
}
