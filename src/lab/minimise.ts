/**
 * Looks for the simplest schedule that fails in the same way: fewest preemptions first, then fewest
 * steps. Tries the bounded searches below what was found, then joins what one thread does in several
 * pieces.
 */
import { Machine } from './engine/machine.js';
import { intercepting } from './intercept/install.js';
import type { RunOptions } from './options.js';
import type { AnyProgram } from './program.js';
import type { FailureKind } from './report.js';
import { BoundedSearch } from './search/bounded.js';
import { Scripted } from './search/scripted.js';

/** Schedules to try altogether. */
const BUDGET = 20_000;

/** A failing schedule, the thread of each step, and how simple it is. */
interface Candidate {
  readonly schedule: readonly number[];
  readonly preemptions: number;
}

/** @returns a schedule that fails with `kind`, at best simpler than `schedule`, which did */
export function minimise(
  program: AnyProgram,
  options: RunOptions,
  schedule: readonly number[],
  kind: FailureKind,
): readonly number[] {
  const machine = new Machine(program, options);
  return intercepting(machine.sink, () => {
    machine.start();
    const minimiser = new Minimiser(machine, kind);
    const repeated = minimiser.try(schedule);
    // What does not fail again has no simpler form.
    if (repeated === undefined) return schedule;
    return minimiser.searchBelow(minimiser.joinPieces(repeated)).schedule;
  });
}

class Minimiser {
  #left = BUDGET;

  constructor(
    private readonly machine: Machine,
    private readonly kind: FailureKind,
  ) {}

  /** The first failure of the same kind with fewer preemptions, fewest first. */
  searchBelow(found: Candidate): Candidate {
    for (let bound = 0; bound < found.preemptions; bound += 1) {
      const search = new BoundedSearch(bound);
      while (this.#left > 0 && search.begin(this.machine)) {
        this.#left -= 1;
        this.machine.run(search);
        if (this.machine.failure?.kind === this.kind) return this.#candidate(bound);
      }
    }
    return found;
  }

  joinPieces(found: Candidate): Candidate {
    let best = found;
    for (let improved = true; improved && this.#left > 0;) {
      improved = false;
      for (const changed of joinedSchedules(best.schedule)) {
        const candidate = this.try(changed);
        if (candidate === undefined || !simpler(candidate, best)) continue;
        best = candidate;
        improved = true;
        break;
      }
    }
    return best;
  }

  /** Follows `schedule`; says what it came to if that fails in the same way. */
  try(schedule: readonly number[]): Candidate | undefined {
    if (this.#left <= 0) return undefined;
    this.#left -= 1;
    const script = Scripted.following(schedule);
    script.begin(this.machine);
    this.machine.run(script);
    return this.machine.failure?.kind === this.kind
      ? this.#candidate(script.preemptions.size)
      : undefined;
  }

  #candidate(preemptions: number): Candidate {
    return { schedule: this.machine.stepThread.slice(0, this.machine.depth), preemptions };
  }
}

function simpler(left: Candidate, right: Candidate): boolean {
  return left.preemptions === right.preemptions
    ? left.schedule.length < right.schedule.length
    : left.preemptions < right.preemptions;
}

/** The schedule with one piece of a thread moved up to its previous piece, or back to its next one. */
function* joinedSchedules(schedule: readonly number[]): Generator<number[]> {
  const pieces = piecesOf(schedule);
  for (let at = 0; at < pieces.length; at += 1) {
    const next = pieces.findIndex((piece, index) => index > at && piece[0] === pieces[at][0]);
    if (next < 0) continue;
    const between = pieces.slice(at + 1, next);
    const before = pieces.slice(0, at);
    const after = pieces.slice(next + 1);
    yield [...before, pieces[at], pieces[next], ...between, ...after].flat();
    yield [...before, ...between, pieces[at], pieces[next], ...after].flat();
  }
}

function piecesOf(schedule: readonly number[]): number[][] {
  const pieces: number[][] = [];
  for (const thread of schedule) {
    const last = pieces.at(-1);
    if (last !== undefined && last[0] === thread) last.push(thread);
    else pieces.push([thread]);
  }
  return pieces;
}
