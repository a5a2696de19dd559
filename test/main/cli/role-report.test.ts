import test from 'ava';
import { describeError, reportOf, type RoleResult } from '#hawser/main/cli/role-report.js';

const nothingHappened: RoleResult = {
  role: 1,
  count: 1000,
  sent: 0,
  received: 0,
  milestones: [],
  elapsedMs: 0,
  counters: undefined,
};

test('a role passes only the stage that it checks itself', (t) => {
  const stages = (milestones: RoleResult['milestones']) =>
    reportOf({ ...nothingHappened, milestones }).stagesPassed;
  t.deepEqual(stages([]), []);
  t.deepEqual(stages(['stage1Passed', 'stage2Sent']), [1]);
  t.deepEqual(stages(['stage2Passed']), [2]);
});

test('a run that never had a connection is still a report', (t) => {
  const error = { code: 'ERR_HAWSER_NO_HOST', message: 'nobody', stack: 'at …' } as const;
  t.deepEqual(reportOf({ ...nothingHappened, error }), {
    role: 1,
    stagesPassed: [],
    numbers: { count: 1000, sent: 0, received: 0 },
    elapsedMs: 0,
    goodputBytesPerSecond: 0,
    counters: null,
    course: {
      PACKETS_SENT: 0,
      UDP_BYTES_SENT: 0,
      ETH_BYTES_SENT: 0,
      PACKETS_RECV: 0,
      UDP_BYTES_RECV: 0,
      ETH_BYTES_RECV: 0,
    },
    error: { code: 'ERR_HAWSER_NO_HOST', message: 'nobody' },
  });
});

test('only a bug shows its stack', (t) => {
  const stack = 'Error: x\n    at here';
  t.is(
    describeError({ code: 'ERR_HAWSER_PEER_LOST', message: 'gone', stack }),
    'ERR_HAWSER_PEER_LOST: gone',
  );
  t.true(describeError({ code: 'ERR_HAWSER_INTERNAL', message: 'x', stack }).includes(stack));
});
