/**
 * What `explore` does: list, search, or replay one schedule. Main thread, which the search occupies
 * in slices.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  Exploration,
  formatTrace,
  replay,
  type ExploreOptions,
  type Mode,
  type Report,
} from '../../lab/index.js';
import { LabProgress, printExploration, printJson } from './lab-output.js';
import {
  chosenScenario,
  loadRaces,
  loadRealPrograms,
  orBadUsage,
  type ChosenVersion,
  type VersionFlags,
} from './lab-scenarios.js';
import { withOriginalSources } from './lab-sources.js';
import { printList, printRaceText } from './lab-texts.js';
import { Interruption } from './signals.js';

export interface ExploreFlags extends VersionFlags {
  readonly mode?: Mode;
  readonly bound?: number;
  readonly token?: string;
  readonly seed?: number;
  readonly maxSeconds?: number;
  readonly json?: boolean;
}

/** Milliseconds of search between two looks at signals. */
const SLICE_MS = 50;

export async function exploreCommand(
  name: string | undefined,
  flags: ExploreFlags,
  command: Command,
): Promise<void> {
  if (name === undefined) return listCommand(flags, command);
  const { versions, race } = await chosenScenario(command, name, flags);
  if (flags.token !== undefined) return replayCommand(versions[0], flags.token, flags, command);
  const results: { version: ChosenVersion; report: Report }[] = [];
  let interrupted: number | undefined;
  for (const version of versions) {
    const { report, exitCode } = await exploreVersion(version, flags);
    results.push({ version, report });
    interrupted = exitCode;
    if (interrupted !== undefined) break;
  }
  printExploration(results, flags.json === true);
  const wantsText = flags.json !== true && interrupted === undefined;
  if (race !== undefined && wantsText) printRaceText(race);
  const asDeclared = results.every(({ version, report }) => isAsDeclared(version, report));
  process.exitCode = interrupted ?? (asDeclared ? 0 : 1);
}

async function listCommand(flags: ExploreFlags, command: Command): Promise<void> {
  const { json = false, ...others } = flags;
  for (const unused of Object.keys(others)) {
    const flag = unused.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    command.error(`error: --${flag} needs the name of what to explore.`);
  }
  printList(await loadRaces(), await loadRealPrograms(), json);
}

/** A buggy version must fail in the way it says, a fixed one must not fail. */
function isAsDeclared(version: ChosenVersion, report: { failure?: Report['failure'] }): boolean {
  return report.failure?.kind === version.fails;
}

async function exploreVersion(
  version: ChosenVersion,
  flags: ExploreFlags,
): Promise<{ report: Report; exitCode: number | undefined }> {
  const exploration = new Exploration(version.program, optionsWith(flags, version.options));
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

/** What the version needs, and the flags over it. */
function optionsWith(flags: ExploreFlags, own: ExploreOptions = {}): ExploreOptions {
  const { bound, seed, maxSeconds } = flags;
  // A search that has no bound would pass over one that is asked for.
  const bounded = bound !== undefined && own.mode === 'dpor' ? 'bounded' : undefined;
  const mode = flags.mode ?? bounded;
  const given = Object.entries({ mode, bound, seed, maxSeconds }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...own, ...Object.fromEntries(given) };
}

async function replayCommand(
  version: ChosenVersion,
  token: string,
  flags: ExploreFlags,
  command: Command,
): Promise<void> {
  const result = await orBadUsage(command, () => replay(version.program, token));
  if (flags.json === true) printJson(result);
  else console.log(formatTrace(withOriginalSources(result.trace)));
  process.exitCode = isAsDeclared(version, result) ? 0 : 1;
}
