import test from 'ava';
import { confirm, defineProgram, explore, stress, type AnyProgram } from '#hawser/lab/index.js';
import * as failing from './programs/failing.js';

const CONFIRMED: readonly AnyProgram[] = [
  failing.assertion,
  failing.invariant,
  failing.exception,
  failing.deadlock,
  failing.livelock,
  failing.lostWakeUp,
];

for (const program of CONFIRMED) {
  test(`${program.name}: the schedule found fails in the same way on real threads`, async (t) => {
    const { failure } = explore(program);
    const confirmation = await confirm(program, failure!.token);
    t.true(confirmation.confirmed, confirmation.message);
    t.is(confirmation.expected, failure!.kind);
  });
}

test('a time-out and a wake-up of the same wait can both be forced', async (t) => {
  for (const allowed of ['ok', 'timed-out']) {
    const program: AnyProgram = { ...failing.lateNotify, allowed: { [allowed]: '' } };
    const { failure } = explore(program);
    const { confirmed, message } = await confirm(failing.lateNotify, failure!.token);
    t.true(confirmed, message);
    t.regex(message, allowed === 'ok' ? /timed-out/ : /ok/);
  }
});

test('a torn copy is forced on real threads', async (t) => {
  const allowed = { '0000': '', '1111': '' };
  const options = { plain: 'interleaved', races: 'ignore', splitBulk: true } as const;
  const { failure } = explore({ ...failing.tornCopy, allowed } as AnyProgram, options);
  const { confirmed, message } = await confirm(failing.tornCopy, failure!.token);
  t.true(confirmed, message);
  t.regex(message, /0.*1|1.*0/);
});

test('stress counts outcomes, and a failed check by its message', async (t) => {
  const report = await stress(failing.assertion, { rounds: 1000 });
  const runs = Object.values(report.outcomes).reduce((sum, times) => sum + times, 0);
  t.is(runs, report.rounds);
  t.is(report.failures['an increment is lost'] ?? 0, report.outcomes['counter 1'] ?? 0);
});

test('stress reports what a thread throws', async (t) => {
  const report = await stress(failing.exception, { rounds: 500 });
  for (const message of Object.keys(report.failures)) t.is(message, 'too early');
  t.is(report.verdict, Object.keys(report.failures).length > 0 ? 'failed' : 'passed');
});

test('a run that never ends is reported as hung', async (t) => {
  const report = await stress(failing.endless, { rounds: 1, hangMs: 300 });
  t.true(report.hung);
  t.is(report.verdict, 'failed');
});

test('a program that its module does not export is refused', async (t) => {
  const hidden = defineProgram(failing.assertion.source.moduleUrl, {
    name: 'hidden',
    memory: (memory) => memory.int32('word'),
    threads: { a: () => 0 },
  });
  await t.throwsAsync(stress(hidden, { rounds: 1 }), {
    code: 'ERR_HAWSER_BAD_OPTION',
    message: /does not export the program/,
  });
});
