import test from 'ava';
import { bind, closeSocket, freePorts, untilBound, untilFree } from './helpers/ports.js';
import { Program } from './helpers/program.js';

test.serial('play runs both roles, sums up, and exits with 0', async (t) => {
  const { exitCode, stdout } = await new Program('play', '--part', 'all').ended;
  t.is(exitCode, 0);
  t.true(stdout.includes('role 1: STAGE 1 TEST PASSED!'));
  t.true(stdout.includes('role 2: STAGE 2 TEST PASSED!'));
  t.regex(stdout, /numbers received +1000 of 1000 +1000 of 1000/);
  t.regex(stdout, /PASSED: all 2000 numbers arrived, in order\.\n$/);
});

test.serial(
  'play fails, and says why, when a role cannot run; the other does not linger',
  async (t) => {
    const ports = await freePorts();
    const squatter = await bind(ports[1]);
    const { exitCode, stdout, stderr } = await new Program('play', ...ports).ended;
    await closeSocket(squatter);
    t.is(exitCode, 1);
    t.regex(stdout, /FAILED: role 2: ERR_HAWSER_ADDRESS_IN_USE\.\n$/);
    t.regex(stderr, /role 2: ERR_HAWSER_ADDRESS_IN_USE/);
  },
);

test.serial('play hands both reports over as JSON', async (t) => {
  const { stdout } = await new Program('play', '--json', '--quiet', '--nums', 10).ended;
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as object;
  t.like(report, {
    passed: true,
    roles: [
      { role: 1, exitCode: 0, stagesPassed: [1] },
      { role: 2, exitCode: 0, stagesPassed: [2] },
    ],
  });
});

test.serial('interrupting play ends both roles, which report', async (t) => {
  const play = new Program('play', '--nums', 100_000, '--send-interval', 50);
  await play.untilComplaint('role 2 ');
  play.kill('SIGINT');
  const { exitCode, stdout } = await play.ended;
  t.is(exitCode, 130);
  t.regex(stdout, /\nINTERRUPTED: the run was ended before every number had arrived\.\n$/);
});

test.serial('roles do not outlive a play that was killed', async (t) => {
  const ports = await freePorts();
  const play = new Program('play', ...ports, '--nums', 100_000, '--send-interval', 50);
  await Promise.all(ports.map(untilBound));
  play.kill('SIGKILL');
  t.is((await play.ended).exitCode, null);
  await t.notThrowsAsync(Promise.all(ports.map(untilFree)));
});
