/**
 * What an entry of the list of real programs is: unmodified modules of this transport under the
 * explorer, and how far they are covered. docs/races.md has the table, and a test holds it to this.
 */
import type { ExploreOptions } from '../options.js';
import type { AnyProgram } from '../program.js';

export interface RealProgram {
  readonly program: AnyProgram;
  /** The words and locks whose rules it tries, in the names of the layout. */
  readonly words: readonly string[];
  /** What holds in every schedule, as a sentence. */
  readonly claim: string;
  /** `proved`: every behaviour of the program; a number: every schedule with so many preemptions. */
  readonly coverage: 'proved' | number;
  readonly options?: ExploreOptions;
}
