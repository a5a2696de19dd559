/** Plays one scenario for many seeds. */
import { planOf, type Scenario } from './scenarios.js';
import { play } from './verdict.js';

export interface Selection {
  readonly lifetimes: number;
  readonly firstSeed: number;
  /** Only this one. */
  readonly seed?: number;
}

/** One line for each of the first few seeds whose simulation was not as it should be. */
export function failuresOf(name: string, scenario: Scenario, selection: Selection): string[] {
  const failures: string[] = [];
  for (const seed of seedsOf(selection)) {
    const { complaints } = play(planOf(scenario, seed), scenario);
    if (complaints.length > 0) failures.push(report(name, seed, complaints));
    if (failures.length >= ENOUGH_FAILURES) break;
  }
  return failures;
}

const ENOUGH_FAILURES = 5;

function seedsOf({ seed, firstSeed, lifetimes }: Selection): number[] {
  if (seed !== undefined) return [seed];
  return Array.from({ length: lifetimes }, (_, i) => firstSeed + i);
}

function report(name: string, seed: number, complaints: readonly string[]): string {
  const replay = `SCENARIO=${name} SEED=${seed} npx ava build/test/simulation/lifetimes.test.js`;
  return `${complaints.join('; ')}\n  replay: ${replay}`;
}
