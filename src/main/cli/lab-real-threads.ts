/**
 * What `stress` and `confirm` do: the same programs on real worker threads. Main thread.
 */
import type { Command } from 'commander';
import { confirm, stress } from '../../lab/index.js';
import { printFields } from './lab-output.js';
import { chosenScenario, orBadUsage, type VersionFlags } from './lab-scenarios.js';
import { Interruption } from './signals.js';

export interface StressFlags extends VersionFlags {
  readonly rounds?: number;
  readonly seed?: number;
  readonly maxSeconds?: number;
  readonly json?: boolean;
}

export interface ConfirmFlags extends VersionFlags {
  readonly json?: boolean;
}

export async function stressCommand(
  name: string,
  flags: StressFlags,
  command: Command,
): Promise<void> {
  const { versions } = await chosenScenario(command, name, flags);
  const { rounds, seed, maxSeconds } = flags;
  let asDeclared = true;
  const abort = new AbortController();
  const { signal } = abort;
  const interruption = new Interruption(() => {
    abort.abort();
  });
  const reports = [];
  for (const version of versions) {
    const report = await stress(version.program, { rounds, seed, maxSeconds, signal });
    reports.push({ version: version.title, ...report });
    // A buggy version may fail here, but need not: that is what the explorer is for.
    if (version.fails === undefined && report.verdict === 'failed') asDeclared = false;
    if (signal.aborted) break;
  }
  interruption.dispose();
  printFields(reports, flags.json === true);
  process.exitCode = interruption.exitCode ?? (asDeclared ? 0 : 1);
}

export async function confirmCommand(
  name: string,
  token: string,
  flags: ConfirmFlags,
  command: Command,
): Promise<void> {
  const [version] = (await chosenScenario(command, name, flags)).versions;
  const confirmation = await orBadUsage(command, () => confirm(version.program, token));
  printFields([{ version: version.title, ...confirmation }], flags.json === true);
  process.exitCode = confirmation.confirmed ? 0 : 1;
}
