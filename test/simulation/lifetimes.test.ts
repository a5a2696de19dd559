/**
 * Thousands of whole connection lifetimes in virtual time, all from seeds.
 *
 * A failure prints what replays it alone:
 *
 *     SCENARIO=loss SEED=123 npx ava build/test/simulation/lifetimes.test.js
 *
 * `LIFETIMES=20000` plays so many of each scenario, and `FIRST_SEED=…` others than usual.
 */
import test from 'ava';

import { failuresOf, type Selection } from './support/campaign.js';
import { scenarios } from './support/scenarios.js';

const { env } = process;
const selection: Selection = {
  lifetimes: Number(env['LIFETIMES'] ?? 20),
  firstSeed: Number(env['FIRST_SEED'] ?? 1),
  ...(env['SEED'] !== undefined && { seed: Number(env['SEED']) }),
};
const names = Object.keys(scenarios).filter((name) => (env['SCENARIO'] ?? name) === name);

for (const name of names) {
  test.serial(`${name}: what comes out is what went in, or there is an error, and it ends`, (t) => {
    // A test that sets a limit of its own suspends, for as long, the one on the whole run.
    if (env['LIFETIMES'] !== undefined) t.timeout(24 * 3_600_000);
    t.deepEqual(failuresOf(name, scenarios[name], selection), []);
  });
}
