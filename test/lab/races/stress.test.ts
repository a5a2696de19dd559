/**
 * The fixed version of every race on real threads: it ends only in ways that the explorer has seen.
 */
import test from 'ava';
import { explore, stress } from '#hawser/lab/index.js';
import { races } from '#hawser/lab/races/index.js';

const ROUNDS = 2_000;
/** Not a measurement: a machine may be busy, and only a program that hangs takes for ever. */
const PATIENCE_MS = 60_000;

for (const { name, fixed } of races) {
  test.serial(
    `${name}: real threads do what the explorer has seen of the fixed version`,
    async (t) => {
      const explored = explore(fixed.program, fixed.options);
      t.true(explored.exhausted);
      const report = await stress(fixed.program, { rounds: ROUNDS, hangMs: PATIENCE_MS });
      t.log(`${report.rounds} rounds: ${JSON.stringify(report.outcomes)}`);
      t.deepEqual(report.failures, {}, `seed ${report.seed}`);
      t.is(report.verdict, 'passed');
      for (const outcome of Object.keys(report.outcomes)) {
        t.true(Object.hasOwn(explored.outcomes, outcome), `"${outcome}", seed ${report.seed}`);
      }
    },
  );
}
