import test from 'ava';
import { everythingArrived, summaryLines } from '#hawser/main/cli/play-summary.js';
import type { RoleEnding } from '#hawser/main/cli/role-process.js';
import { reportOf } from '#hawser/main/cli/role-report.js';

type Trouble = Partial<RoleEnding> & { received?: number; code?: string };

function ending(role: 1 | 2, { received = 10, code, ...rest }: Trouble = {}): RoleEnding {
  const report = reportOf({
    role,
    count: 10,
    sent: 10,
    received,
    milestones: [role === 1 ? 'stage1Passed' : 'stage2Passed'],
    elapsedMs: 5,
    counters: undefined,
  });
  const error = code === undefined ? {} : { error: { code, message: 'why' } };
  return { role, exitCode: 0, signal: null, report: { ...report, ...error }, ...rest };
}

const verdict = (...endings: RoleEnding[]) => summaryLines(endings).at(-1);

test('the run passes if both roles do', (t) => {
  const endings = [ending(1), ending(2)];
  t.true(everythingArrived(endings));
  t.is(verdict(...endings), 'PASSED: all 20 numbers arrived, in order.');
});

test('numbers that are missing fail the run, whatever the exit codes say', (t) => {
  t.false(everythingArrived([ending(1), ending(2, { received: 9 })]));
});

test('a role that died without a report fails the run, with what killed it', (t) => {
  const dead = ending(2, { exitCode: null, signal: 'SIGSEGV', report: undefined });
  t.false(everythingArrived([ending(1), dead]));
  t.is(verdict(ending(1), dead), 'FAILED: role 2: killed by SIGSEGV.');
});

test('the role that failed by itself is named, not the one that was interrupted for it', (t) => {
  const failed = ending(1, { exitCode: 1, code: 'ERR_HAWSER_ADDRESS_IN_USE' });
  const stopped = ending(2, { exitCode: 130, code: 'ERR_HAWSER_INTERRUPTED' });
  t.is(verdict(failed, stopped), 'FAILED: role 1: ERR_HAWSER_ADDRESS_IN_USE.');
});

test('the table has a column for each role', (t) => {
  const lines = summaryLines([ending(1), ending(2)]);
  t.regex(lines[1], /role 1 +role 2$/);
  t.regex(lines[2], /^numbers received +10 of 10 +10 of 10$/);
});
