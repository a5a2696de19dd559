/**
 * What an entry of the catalogue is: a race this transport could have, as two programs and the text
 * that teaches it.
 */
import type { ExploreOptions } from '../options.js';
import type { AnyProgram } from '../program.js';
import type { FailureKind } from '../report.js';

/** What one version of a race is expected to do, and how it has to be explored to show it. */
export interface Version {
  readonly program: AnyProgram;
  /** The failure that the explorer finds; absent if it must find none. */
  readonly fails?: FailureKind;
  /** Options that this version needs, for example interleaved plain accesses. */
  readonly options?: ExploreOptions;
}

export interface Race {
  /** Lower case with hyphens, as given on the command line; also the name of its folder. */
  readonly name: string;
  readonly title: string;
  /** One sentence for listings. */
  readonly summary: string;
  readonly buggy: Version;
  readonly fixed: Version;
  /** Further programs by name, for example tempting wrong fixes. */
  readonly variants?: Readonly<Record<string, Version>>;
  readonly text: RaceText;
}

/** Paragraphs in Markdown. */
export interface RaceText {
  /** What a user of the transport would see. */
  readonly symptom: string;
  readonly why: string;
  readonly fix: string;
  readonly cost: string;
  readonly exercises: readonly string[];
  readonly references: readonly string[];
}
