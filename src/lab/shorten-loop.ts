/**
 * Makes the schedule of a livelock readable: takes out of it the rounds that one thread goes alone,
 * which a fair scheduler adds, as long as the rest still repeats for ever.
 */
import type { Loop } from './engine/rounds.js';
import type { AnyProgram } from './program.js';
import type { RunOptions } from './options.js';
import { rerun, type Rerun } from './rerun.js';
import { Scripted } from './search/scripted.js';

const LONGEST_ROUND = 8;

/** @returns `run`, which ended in a livelock, or a shorter run that does */
export function shortenLoop(program: AnyProgram, options: RunOptions, run: Rerun): Rerun {
  const { stem, period } = run.failure!.loop!;
  let shortest = run;
  for (let round = 1; round <= LONGEST_ROUND; round += 1) {
    const before = withoutRounds(run.schedule.slice(0, stem), round);
    const repeated = withoutRounds(run.schedule.slice(stem, stem + period), round);
    const loop: Loop = { stem: before.length, period: repeated.length };
    if (loop.stem + loop.period >= shortest.schedule.length) continue;
    const candidate = rerun(program, options, Scripted.following([...before, ...repeated], loop));
    const follows = candidate.schedule.length === loop.stem + loop.period;
    if (follows && candidate.failure?.kind === 'livelock') shortest = candidate;
  }
  return shortest;
}

/** Each piece of one thread without the whole rounds of `round` steps in it, but never empty. */
function withoutRounds(schedule: readonly number[], round: number): number[] {
  const shorter: number[] = [];
  let start = 0;
  for (let at = 1; at <= schedule.length; at += 1) {
    if (at < schedule.length && schedule[at] === schedule[start]) continue;
    const kept = ((at - start - 1) % round) + 1;
    for (let step = 0; step < kept; step += 1) shorter.push(schedule[start]);
    start = at;
  }
  return shorter;
}
