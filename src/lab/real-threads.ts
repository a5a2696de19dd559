/**
 * `stress` and `confirm` for the library's entry point. What they need of Node is loaded when they
 * are called, so that the rest runs in a browser as it is.
 */
import type { AnyProgram } from './program.js';
import type { Confirmation, ConfirmOptions } from './workers/confirm.js';
import type { StressOptions, StressReport } from './workers/stress.js';

export type { Confirmation, ConfirmOptions, StressOptions, StressReport };

/**
 * Runs `program` on real worker threads many times and counts the outcomes. Its module must export
 * it, for workers load it by URL and name.
 */
export async function stress(
  program: AnyProgram,
  options: StressOptions = {},
): Promise<StressReport> {
  const workers = await import('./workers/stress.js');
  return workers.stress(program, options);
}

/**
 * Forces the schedule of `token` on real worker threads and says whether they fail in the same way.
 *
 * @throws HawserError `ERR_HAWSER_BAD_OPTION` if the token is malformed
 */
export async function confirm(
  program: AnyProgram,
  token: string,
  options: ConfirmOptions = {},
): Promise<Confirmation> {
  const workers = await import('./workers/confirm.js');
  return workers.confirm(program, token, options);
}
