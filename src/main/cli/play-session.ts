/**
 * Both roles of the classroom's test, as two processes under this one. Main thread, no workers.
 */
import type { ClassroomSettings, ReportOptions } from './classroom-options.js';
import { findFreePorts } from './free-ports.js';
import { everythingArrived, summaryLines } from './play-summary.js';
import { chooseView } from './progress-view.js';
import { type RoleEnding, RoleProcess } from './role-process.js';
import { Interruption } from './signals.js';

/** Plays until both processes have ended, and prints the summary. Resolves with the exit code. */
export async function runPlay(
  givenPorts: readonly number[],
  settings: ClassroomSettings,
  { quiet, json }: ReportOptions,
): Promise<number> {
  const ports = givenPorts.length === 2 ? givenPorts : await findFreePorts(2);
  const view = chooseView(quiet);
  const processes = ([1, 2] as const).map((role) => new RoleProcess(role, ports, settings, view));
  const interruptAll = () => {
    for (const child of processes) child.interrupt();
  };
  const interruption = new Interruption(interruptAll);
  const endings = await Promise.all(
    processes.map(async ({ ended }) => {
      const ending = await ended;
      // A role that failed is the reason why the other cannot pass: nobody waits for a time-out.
      if (ending.exitCode !== 0) interruptAll();
      return ending;
    }),
  );
  view.end();
  const interrupted = interruption.exitCode !== undefined && !everythingArrived(endings);
  for (const line of summaryLines(endings, interrupted)) view.say(line);
  if (json) view.say(JSON.stringify(playReport(endings)));
  interruption.dispose();
  return interruption.exitCode ?? (everythingArrived(endings) ? 0 : 1);
}

function playReport(endings: readonly RoleEnding[]) {
  return {
    passed: everythingArrived(endings),
    roles: endings.map(({ role, exitCode, report }) => ({ role, exitCode, ...report })),
  };
}
