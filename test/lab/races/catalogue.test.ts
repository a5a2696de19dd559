/**
 * Every race of the catalogue does what it says: the buggy version fails, and simply; the fixed one
 * is exhausted.
 */
import test from 'ava';
import { explore, replay, type Report } from '#hawser/lab/index.js';
import { races, type Version } from '#hawser/lab/races/index.js';

function run({ program, options }: Version): Report {
  return explore(program, options);
}

for (const race of races) {
  const { buggy, fixed, variants = {} } = race;

  if (buggy.fails === undefined) {
    test(`${race.name}: no outcome of the racy version is forbidden, and each allowed one happens`, (t) => {
      const report = run(buggy);
      t.true(report.exhausted);
      t.deepEqual(Object.keys(report.outcomes).sort(), Object.keys(buggy.program.allowed!).sort());
    });
  } else {
    test(`${race.name}: the buggy version fails with ${buggy.fails}, after one preemption at most`, (t) => {
      const { failure } = run(buggy);
      t.is(failure?.kind, buggy.fails);
      t.true(failure!.preemptions <= 1, `${failure!.preemptions} preemptions`);
      t.is(replay(buggy.program, failure!.token).failure?.kind, buggy.fails);
    });
  }

  test(`${race.name}: every behaviour of the fixed version is correct`, (t) => {
    const report = run(fixed);
    t.is(report.failure, undefined);
    t.is(report.verdict, 'proved');
    t.true(report.exhausted);
  });

  for (const [name, variant] of Object.entries(variants)) {
    const expectation =
      variant.fails === undefined ? 'has no failure' : `fails with ${variant.fails}`;
    test(`${race.name}: the variant ${name} ${expectation}`, (t) => {
      const report = run(variant);
      t.is(report.failure?.kind, variant.fails);
      if (variant.fails === undefined) t.true(report.exhausted, report.cuts.join());
    });
  }
}

test('there are fifteen races and a litmus test, each with its own name', (t) => {
  t.is(races.length, 16);
  t.is(new Set(races.map(({ name }) => name)).size, races.length);
});
