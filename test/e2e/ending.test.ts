import test from 'ava';
import { bind, closeSocket, freePorts, untilBound } from './helpers/ports.js';
import { linesOf, playBoth, Program, reportOf, startRole } from './helpers/program.js';

/** Makes a run last: a datagram every 50 ms, and far more numbers than can be sent meanwhile. */
const LONG_RUN = ['--nums', 100_000, '--send-interval', 50] as const;

test.serial('a port in use is a clear error, at once', async (t) => {
  const ports = await freePorts();
  const squatter = await bind(ports[0]);
  const ending = await startRole(1, ports).ended;
  await closeSocket(squatter);
  t.is(ending.exitCode, 1);
  t.regex(ending.stderr, /^ERR_HAWSER_ADDRESS_IN_USE: /m);
  t.true(ending.stderr.includes(String(ports[0])), ending.stderr);
  t.is(reportOf(ending).error?.code, 'ERR_HAWSER_ADDRESS_IN_USE');
});

for (const role of [1, 2] as const) {
  test.serial(`role ${role} gives up on a peer that never comes`, async (t) => {
    const ending = await startRole(role, await freePorts(), '--idle-timeout', 0.5).ended;
    t.is(ending.exitCode, 1);
    t.regex(ending.stderr, /^ERR_HAWSER_CONNECT_TIMEOUT: /m);
    t.deepEqual(reportOf(ending).stagesPassed, []);
  });

  test.serial(`role ${role} may start long before the other`, async (t) => {
    const ports = await freePorts();
    const early = startRole(role, ports);
    await untilBound(ports[role - 1]);
    const late = startRole(role === 1 ? 2 : 1, ports);
    t.is((await early.ended).exitCode, 0);
    t.is((await late.ended).exitCode, 0);
  });

  test.serial(`role ${role} notices that its peer was killed`, async (t) => {
    const ports = await freePorts();
    const other = role === 1 ? 2 : 1;
    const victim = startRole(other, ports, ...LONG_RUN);
    // The survivor's short time-out also holds for its peer's coming, so that must be there already.
    await untilBound(ports[other - 1]);
    const survivor = startRole(role, ports, ...LONG_RUN, '--idle-timeout', 3);
    const one = role === 1 ? survivor : victim;
    await one.untilProgress(({ received }) => received > 0);
    victim.kill('SIGKILL');
    await victim.ended;
    const ending = await survivor.ended;
    t.is(ending.exitCode, 1);
    t.regex(ending.stderr, /^ERR_HAWSER_PEER_LOST: /m);
    t.false(ending.stdout.includes('PASSED'));
  });
}

test.serial('a peer that was restarted is recognised, not taken for the old one', async (t) => {
  const ports = await freePorts();
  const one = startRole(1, ports, ...LONG_RUN, '--idle-timeout', 30);
  const firstTwo = startRole(2, ports, ...LONG_RUN);
  await one.untilProgress(({ received }) => received > 0);
  firstTwo.kill('SIGKILL');
  await firstTwo.ended;
  const secondTwo = startRole(2, ports, ...LONG_RUN);
  const ending = await one.ended;
  secondTwo.kill('SIGTERM');
  t.is(ending.exitCode, 1);
  t.regex(ending.stderr, /^ERR_HAWSER_PEER_RESTARTED: /m);
  t.false(ending.stdout.includes('PASSED'));
  t.is((await secondTwo.ended).exitCode, 143);
});

test.serial('a role whose output nobody reads any more plays on to its end', async (t) => {
  const ports = await freePorts();
  const unread = new Program('--role', 1, ...ports);
  unread.stopReading();
  const peer = startRole(2, ports);
  t.is((await peer.ended).exitCode, 0);
  t.is((await unread.ended).exitCode, 0);
});

test.serial('sides that disagree about the numbers do not both pass', async (t) => {
  const ports = await freePorts();
  const one = startRole(1, ports, '--nums', 1, '--idle-timeout', 20);
  const two = startRole(2, ports, '--nums', 2000, '--idle-timeout', 20);
  const endings = [await one.ended, await two.ended];
  t.true(endings.some(({ exitCode }) => exitCode === 1));
  t.true(endings.some(({ stderr }) => stderr.includes('ERR_HAWSER_WRONG_DATA')));
});

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test.serial(`${signal} ends a role cleanly while it waits for its peer`, async (t) => {
    const ports = await freePorts();
    const role = startRole(1, ports);
    await untilBound(ports[0]);
    role.kill(signal);
    const ending = await role.ended;
    t.is(ending.exitCode, exitCode);
    t.is(linesOf(ending).filter((line) => /^[A-Z_]+=\d+$/.test(line)).length, 6);
    t.is(reportOf(ending).error?.code, 'ERR_HAWSER_INTERRUPTED');
  });

  test.serial(`${signal} ends a role cleanly in the middle of a transfer`, async (t) => {
    const ports = await freePorts();
    const one = startRole(1, ports, ...LONG_RUN);
    const two = startRole(2, ports, ...LONG_RUN, '--idle-timeout', 20);
    await one.untilProgress(({ received }) => received > 0);
    one.kill(signal);
    const ending = await one.ended;
    t.is(ending.exitCode, exitCode);
    t.is(linesOf(ending).filter((line) => /^[A-Z_]+=\d+$/.test(line)).length, 6);
    t.is((await two.ended).exitCode, 1);
  });
}

test.serial('the report of --json says everything about a run', async (t) => {
  const endings = await playBoth(await freePorts(), '--part', '3', '--seed', 5);
  for (const ending of endings) {
    const report = reportOf(ending);
    t.deepEqual(Object.keys(report), [
      'role',
      'stagesPassed',
      'numbers',
      'elapsedMs',
      'goodputBytesPerSecond',
      'counters',
      'course',
    ]);
    t.deepEqual(report.numbers, { count: 1000, sent: 1000, received: 1000 });
    t.true(report.elapsedMs > 0);
    t.true(report.goodputBytesPerSecond > 0);
    t.true(Object.values(report.counters ?? { none: NaN }).every(Number.isFinite));
    t.is(report.counters?.payloadBytesDelivered, 3890);
  }
});
