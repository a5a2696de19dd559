/**
 * Which programs a lab command means: versions of a race, or one over the real modules. Main thread.
 * Both lists are loaded only when they are looked at.
 */
import type { Command } from 'commander';
import type { Race, Version } from '../../lab/races/index.js';
import type { RealProgram } from '../../lab/real/index.js';

export interface VersionFlags {
  readonly buggy?: boolean;
  readonly fixed?: boolean;
  readonly variant?: string;
}

export interface ChosenVersion extends Version {
  /** For example `lost-update, buggy`; of a program over the real modules, its name. */
  readonly title: string;
}

export async function loadRaces(): Promise<readonly Race[]> {
  const { races } = await import('../../lab/races/index.js');
  return races;
}

export async function loadRealPrograms(): Promise<readonly RealProgram[]> {
  const { realPrograms } = await import('../../lab/real/index.js');
  return realPrograms;
}

/** What a name and the flags beside it stand for. */
export interface Scenario {
  readonly versions: readonly ChosenVersion[];
  /** Absent for a program over the real modules. */
  readonly race?: Race;
}

/** Of a race, by default the buggy version and the fixed one, in this order. */
export async function chosenScenario(
  command: Command,
  name: string,
  flags: VersionFlags,
): Promise<Scenario> {
  const race = (await loadRaces()).find((one) => one.name === name);
  if (race !== undefined) return { versions: versionsOf(command, race, flags), race };
  const real = (await loadRealPrograms()).find(({ program }) => program.name === name);
  if (real !== undefined) return { versions: [await onlyVersionOf(command, real, flags)] };
  return command.error(
    `error: there is neither a race nor a program "${name}"; "explore" without a name lists them.`,
  );
}

function versionsOf(command: Command, race: Race, flags: VersionFlags): ChosenVersion[] {
  const titled = (key: string, version: Version): ChosenVersion => {
    return { ...version, title: `${race.name}, ${key}` };
  };
  if (flags.variant !== undefined)
    return [titled(flags.variant, variantOf(command, race, flags.variant))];
  const both = [titled('buggy', race.buggy), titled('fixed', race.fixed)];
  if (flags.buggy === true) return both.slice(0, 1);
  return flags.fixed === true ? both.slice(1) : both;
}

function variantOf(command: Command, race: Race, variant: string): Version {
  const variants = race.variants ?? {};
  if (Object.hasOwn(variants, variant)) return variants[variant];
  const known = Object.keys(variants).join(', ') || 'none';
  return command.error(`error: ${race.name} has no variant "${variant}"; it has: ${known}.`);
}

async function onlyVersionOf(
  command: Command,
  real: RealProgram,
  { buggy, fixed, variant }: VersionFlags,
): Promise<ChosenVersion> {
  const { program, fails } = real;
  if (buggy === true || fixed === true || variant !== undefined) {
    command.error(`error: ${program.name} runs the real modules, of which there is one version.`);
  }
  const { optionsFor } = await import('../../lab/real/index.js');
  const options = optionsFor(real);
  return { program, options, title: program.name, ...(fails === undefined ? {} : { fails }) };
}

/** A malformed token is the caller's mistake. */
export async function orBadUsage<T>(command: Command, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (code === 'ERR_HAWSER_BAD_OPTION') command.error(`error: ${message}`);
    throw error;
  }
}
