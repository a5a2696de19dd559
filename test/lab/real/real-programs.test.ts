/**
 * The real modules under the explorer, each as far as docs/races.md says.
 * `HAWSER_LAB_DEEPER=1` searches one preemption further than that.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { explore, formatTrace, type Report } from '#hawser/lab/index.js';
import { optionsFor, realPrograms } from '#hawser/lab/real/index.js';

const DEEPER = Number(process.env['HAWSER_LAB_DEEPER'] ?? 0);

/** What ava prints of a failure: the message, the token and the trace. */
function story({ failure }: Report): string {
  if (failure === undefined) return '';
  return `${failure.kind}: ${failure.message}\n${failure.token}\n${formatTrace(failure.trace)}`;
}

for (const real of realPrograms) {
  const { program, claim, coverage, fails } = real;
  test.serial(`${program.name}: ${claim}`, async (t) => {
    // So that results are reported one by one: an exploration blocks its process.
    await nextTurn();
    const report = explore(program, optionsFor(real, DEEPER));
    t.log(`${report.schedules} schedules in ${Math.round(report.elapsedMs)} ms`);
    t.is(report.failure?.kind, fails, story(report));
    if (fails !== undefined) return;
    if (coverage === 'proved') t.true(report.exhausted, `not everything: ${report.cuts.join()}`);
    else t.true(report.exhausted || report.boundReached === coverage + DEEPER);
  });
}

test('every real program has its own name', (t) => {
  t.is(new Set(realPrograms.map(({ program }) => program.name)).size, realPrograms.length);
});
