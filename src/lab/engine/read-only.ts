/**
 * Holds a program's own checks to reading. What they wrote would belong to no step and could not be
 * taken back, so that one schedule would depend on those tried before it.
 */
import type { AnyProgram, Results } from '../program.js';
import { endingOf, invariantFailure, type Ending } from './checks.js';
import type { Image } from './image.js';
import type { Region } from './region.js';
import type { RunFailure } from './run-failure.js';

/** Evaluations of an invariant that are watched: to watch every step would cost too much. */
const WATCHED_INVARIANTS = 1000;

export class ReadOnlyChecks {
  readonly #regions: readonly Region[];
  readonly #copies: readonly Int32Array[];
  #invariants = 0;

  constructor(
    private readonly program: AnyProgram,
    private readonly image: Image,
  ) {
    this.#regions = image.table.regions;
    this.#copies = this.#regions.map(({ words }) => words.slice());
  }

  invariant(): RunFailure | undefined {
    this.#invariants += 1;
    if (this.#invariants > WATCHED_INVARIANTS) {
      return invariantFailure(this.program, this.image.observed);
    }
    this.#remember();
    const failure = invariantFailure(this.program, this.image.observed);
    return this.#undoWrites('invariant') ?? failure;
  }

  ending(results: Results): Ending {
    this.#remember();
    const ending = endingOf(this.program, this.image.observed, results);
    const failure = this.#undoWrites('final or outcome');
    return failure === undefined ? ending : { outcome: undefined, failure };
  }

  #remember(): void {
    this.#copies.forEach((copy, id) => {
      copy.set(this.#regions[id].words);
    });
  }

  #undoWrites(check: string): RunFailure | undefined {
    let failure: RunFailure | undefined;
    this.#copies.forEach((copy, id) => {
      const { words } = this.#regions[id];
      const changed = firstDifference(copy, words);
      if (changed < 0) return;
      failure ??= writeFailure(check, this.#regions[id].nameOf(4 * changed, 4));
      words.set(copy);
    });
    return failure;
  }
}

function firstDifference(left: Int32Array, right: Int32Array): number {
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return at;
  return -1;
}

function writeFailure(check: string, word: string): RunFailure {
  const message = `${check} has written to ${word}: invariant, final and outcome must only read`;
  return { kind: 'nondeterminism', message };
}
