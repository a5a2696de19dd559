/**
 * `hawser explore`, `stress` and `confirm`: the catalogue of races on the command line. Main thread.
 * The explorer is loaded only when one of them is called.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import type { ExploreOptions, Mode, Report } from '../../lab/index.js';
import { LabProgress, printExploration, printList, printOthers } from './lab-output.js';
import {
  chosenVersions,
  loadRaces,
  type ChosenVersion,
  type VersionFlags,
} from './lab-scenarios.js';
import { withOriginalSources } from './lab-sources.js';
import { Interruption } from './signals.js';
import { numberFrom, wholeNumberFrom } from './values.js';

interface ExploreFlags extends VersionFlags {
  readonly mode?: Mode;
  readonly bound?: number;
  readonly token?: string;
  readonly seed?: number;
  readonly maxSeconds?: number;
  readonly json?: boolean;
}

interface StressFlags extends VersionFlags {
  readonly rounds?: number;
  readonly seed?: number;
  readonly maxSeconds?: number;
  readonly json?: boolean;
}

/** Milliseconds of search between two looks at signals. */
const SLICE_MS = 50;

const MODES: Mode[] = ['auto', 'bounded', 'dpor', 'dfs', 'random', 'pct'];

export function registerExplore(program: Command): void {
  withVersions(program.command('explore'))
    .description('search the interleavings of a race; without a name, list them')
    .argument('[name]', 'a race of the catalogue')
    .addOption(new Option('--mode <mode>', 'how to search').choices(MODES))
    .option('--bound <preemptions>', 'preemption bound', wholeNumberFrom(0, 99))
    .option('--token <token>', 'replay one schedule instead')
    .option('--seed <seed>', 'of the sampling phases', wholeNumberFrom(0, 2 ** 31))
    .option('--max-seconds <seconds>', 'stop then', numberFrom(0.01, 86_400, 'seconds'))
    .option('--json', 'reports as JSON')
    .action(exploreCommand);
  withVersions(program.command('stress'))
    .description('run a race on real worker threads and count the outcomes')
    .argument('<name>', 'a race of the catalogue')
    .option('--rounds <rounds>', 'runs of each program', wholeNumberFrom(1, 1e9))
    .option('--seed <seed>', 'of the random pauses', wholeNumberFrom(0, 2 ** 31))
    .option('--max-seconds <seconds>', 'stop then', numberFrom(0.01, 86_400, 'seconds'))
    .option('--json', 'reports as JSON')
    .action(stressCommand);
  withVersions(program.command('confirm'))
    .description('force a schedule that was found on real worker threads')
    .argument('<name>', 'a race of the catalogue')
    .argument('<token>', 'the replay token that explore printed')
    .option('--json', 'the result as JSON')
    .action(confirmCommand);
}

function withVersions(command: Command): Command {
  return command
    .addOption(new Option('--buggy', 'only the buggy version').conflicts(['fixed', 'variant']))
    .addOption(new Option('--fixed', 'only the fixed version').conflicts(['buggy', 'variant']))
    .option('--variant <name>', 'one of the further versions of the race');
}

async function exploreCommand(
  name: string | undefined,
  flags: ExploreFlags,
  command: Command,
): Promise<void> {
  if (name === undefined) {
    printList(await loadRaces(), flags.json === true);
    return;
  }
  const versions = await chosenVersions(command, name, flags);
  if (flags.token !== undefined) return replayCommand(versions, flags.token, flags, command);
  const results: { version: ChosenVersion; report: Report }[] = [];
  let interrupted: number | undefined;
  for (const version of versions) {
    const { report, exitCode } = await exploreVersion(version, flags);
    results.push({ version, report });
    interrupted = exitCode;
    if (interrupted !== undefined) break;
  }
  printExploration(results, flags.json === true);
  const asDeclared = results.every(({ version, report }) => isAsDeclared(version, report));
  process.exitCode = interrupted ?? (asDeclared ? 0 : 1);
}

/** A buggy version must fail in the way it says, a fixed one must not fail. */
function isAsDeclared(version: ChosenVersion, report: Report): boolean {
  return report.failure?.kind === version.fails;
}

async function exploreVersion(
  version: ChosenVersion,
  flags: ExploreFlags,
): Promise<{ report: Report; exitCode: number | undefined }> {
  const { Exploration } = await import('../../lab/index.js');
  const { mode, bound, seed, maxSeconds } = flags;
  const given = Object.entries({ mode, bound, seed, maxSeconds }).filter(
    ([, value]) => value !== undefined,
  );
  const options: ExploreOptions = { ...version.options, ...Object.fromEntries(given) };
  const exploration = new Exploration(version.program, options);
  const interruption = new Interruption(() => {
    exploration.stop();
  });
  const progress = new LabProgress(version.title);
  while (!exploration.advance(SLICE_MS)) {
    progress.show(exploration.progress);
    await nextTurn();
  }
  progress.end();
  interruption.dispose();
  return { report: exploration.report(), exitCode: interruption.exitCode };
}

async function replayCommand(
  versions: readonly ChosenVersion[],
  token: string,
  flags: ExploreFlags,
  command: Command,
): Promise<void> {
  const { formatTrace, replay } = await import('../../lab/index.js');
  const [version] = versions;
  const result = await orBadUsage(command, () => replay(version.program, token));
  if (flags.json === true) console.log(JSON.stringify(result, undefined, 2));
  else console.log(formatTrace(withOriginalSources(result.trace)));
  process.exitCode = result.failure?.kind === version.fails ? 0 : 1;
}

async function stressCommand(name: string, flags: StressFlags, command: Command): Promise<void> {
  const versions = await chosenVersions(command, name, flags);
  const { stress } = await import('../../lab/index.js');
  const { rounds, seed, maxSeconds } = flags;
  let asDeclared = true;
  const abort = new AbortController();
  const interruption = new Interruption(() => {
    abort.abort();
  });
  const reports = [];
  for (const version of versions) {
    const report = await stress(version.program, {
      rounds,
      seed,
      maxSeconds,
      signal: abort.signal,
    });
    reports.push({ version: version.title, ...report });
    // A buggy version may fail here, but need not: that is what the explorer is for.
    if (version.fails === undefined && report.verdict === 'failed') asDeclared = false;
  }
  interruption.dispose();
  printOthers(reports, flags.json === true);
  process.exitCode = interruption.exitCode ?? (asDeclared ? 0 : 1);
}

async function confirmCommand(
  name: string,
  token: string,
  flags: VersionFlags & { readonly json?: boolean },
  command: Command,
): Promise<void> {
  const [version] = await chosenVersions(command, name, flags);
  const { confirm } = await import('../../lab/index.js');
  const confirmation = await orBadUsage(command, () => confirm(version.program, token));
  printOthers([{ version: version.title, ...confirmation }], flags.json === true);
  process.exitCode = confirmation.confirmed ? 0 : 1;
}

/** A malformed token is the caller's mistake. */
async function orBadUsage<T>(command: Command, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (code === 'ERR_HAWSER_BAD_OPTION') command.error(`error: ${message}`);
    throw error;
  }
}
