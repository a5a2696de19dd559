/**
 * The explorer's entry points for programs: search, and replay of one schedule.
 */
import { Exploration } from './exploration.js';
import type { ExploreOptions } from './options.js';
import type { AnyProgram } from './program.js';
import type { Failure, Report } from './report.js';
import { failureFrom, rerun } from './rerun.js';
import { Scripted } from './search/scripted.js';
import { parseToken } from './token.js';
import type { Trace } from './trace/trace.js';

const PROGRESS_MS = 100;

/**
 * Searches the schedules of `program` on the calling thread until one fails, all are covered, or the
 * budget is used up.
 *
 * @throws HawserError `ERR_HAWSER_BAD_OPTION` for options or a program that make no sense
 */
export function explore(program: AnyProgram, options: ExploreOptions = {}): Report {
  const exploration = new Exploration(program, options);
  while (!exploration.advance(PROGRESS_MS)) options.onProgress?.(exploration.progress);
  return exploration.report();
}

/** What a replayed schedule led to. */
export interface Replay {
  /** The failure it shows, if it still does. */
  readonly failure?: Failure;
  /** The outcome of a run that completed, if the program names outcomes. */
  readonly outcome?: string;
  readonly trace: Trace;
}

/**
 * Runs the one schedule that `token` stands for, under the options it was found with.
 *
 * @throws HawserError `ERR_HAWSER_BAD_OPTION` if the token is malformed
 */
export function replay(program: AnyProgram, token: string): Replay {
  const { options, deviations, loop } = parseToken(token);
  const run = rerun(program, options, new Scripted(deviations, loop));
  return {
    trace: run.trace,
    ...(run.failure === undefined ? {} : { failure: failureFrom(program, run, run.failure.kind) }),
    ...(run.outcome === undefined ? {} : { outcome: run.outcome }),
  };
}
