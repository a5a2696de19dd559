/** What a scenario is: rows to measure in turn, and the columns of what is measured. */
import type { Kind } from './contenders.js';
import type { Field } from './field.js';

export interface Column {
  readonly key: string;
  readonly heading: string;
  readonly digits: number;
  readonly better: 'more' | 'less';
  /** Drawn on the page too. */
  readonly chart?: true;
}

/** By the keys of the columns. */
export type Figures = Readonly<Record<string, number>>;

export interface Entrant {
  readonly label: string;
  readonly kind: Kind;
  /** @param run from 0; a seed where the scenario has randomness */
  measure(run: number): Promise<Figures>;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What a reader has to know to read the figures. */
  readonly notes: readonly string[];
  /** The first is what ratios are taken of. */
  readonly columns: readonly Column[];
  /** @param seconds how long the timed part of a measurement should take */
  entrants(field: Field, seconds: number): readonly Entrant[];
}
