/**
 * Which versions of which race a lab command means. Main thread.
 */
import type { Command } from 'commander';
import type { Race, Version } from '../../lab/races/index.js';

export interface VersionFlags {
  readonly buggy?: boolean;
  readonly fixed?: boolean;
  readonly variant?: string;
}

export interface ChosenVersion extends Version {
  /** For example `lost-update, buggy`. */
  readonly title: string;
}

export async function loadRaces(): Promise<readonly Race[]> {
  const { races } = await import('../../lab/races/index.js');
  return races;
}

/** The versions that the flags name: by default the buggy one and the fixed one, in this order. */
export async function chosenVersions(
  command: Command,
  name: string,
  flags: VersionFlags,
): Promise<readonly ChosenVersion[]> {
  const race = (await loadRaces()).find((one) => one.name === name);
  if (race === undefined) {
    return command.error(`error: there is no race "${name}"; "explore" without a name lists them.`);
  }
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
