import test, { type ExecutionContext } from 'ava';
import { freePorts } from './helpers/ports.js';
import { type Ending, linesOf, playBoth, reportOf } from './helpers/program.js';

const FIGURES = [
  'PACKETS_SENT',
  'UDP_BYTES_SENT',
  'ETH_BYTES_SENT',
  'PACKETS_RECV',
  'UDP_BYTES_RECV',
  'ETH_BYTES_RECV',
];

function assertPassed(t: ExecutionContext, [first, second]: [Ending, Ending]): void {
  t.is(first.exitCode, 0, first.stderr);
  t.is(second.exitCode, 0, second.stderr);
  t.deepEqual(linesOf(first).slice(0, 2), [
    'STAGE 1 TEST PASSED!',
    'CHECK THE OTHER SCRIPT FOR STAGE 2 RESULTS.',
  ]);
  t.is(linesOf(second)[0], 'STAGE 2 TEST PASSED!');
  t.deepEqual(reportOf(first).stagesPassed, [1]);
  t.deepEqual(reportOf(second).stagesPassed, [2]);
}

/** Part 1 leaves nothing to chance; 5 and all are the same settings, so they get different seeds. */
const seedsOfParts: [part: string, seeds: number[]][] = [
  ['1', [1]],
  ['2', [1]],
  ['3', [1, 2]],
  ['4', [1]],
  ['5', [1]],
  ['all', [3]],
];

for (const [part, seeds] of seedsOfParts) {
  for (const seed of seeds) {
    test.serial(`part ${part} passes with seed ${seed}`, async (t) => {
      const flags = ['--part', part, '--seed', seed];
      assertPassed(t, await playBoth(await freePorts(), ...flags));
    });
  }
}

for (const seed of [5]) {
  test.serial(
    `large pieces that need many segments pass under everything, with seed ${seed}`,
    async (t) => {
      const flags = ['--part', 'all', '--nums', 20_000, '--seed', seed];
      assertPassed(t, await playBoth(await freePorts(), ...flags));
    },
  );
}

test.serial('all parts at once pass with the pause of the course between datagrams', async (t) => {
  assertPassed(t, await playBoth(await freePorts(), '--part', 'all', '--send-interval', 10));
});

test.serial('a network that becomes reliable lets a run pass that could not before', async (t) => {
  const flags = ['--loss-rate', 1, '--become-reliable-after', 0.5];
  assertPassed(t, await playBoth(await freePorts(), ...flags));
});

test.serial('a window of a few segments is enough', async (t) => {
  const flags = ['--part', 'all', '--window', 4, '--nums', 3000];
  assertPassed(t, await playBoth(await freePorts(), ...flags));
});

test.serial('the portable port passes all parts at once', async (t) => {
  assertPassed(t, await playBoth(await freePorts(), '--part', 'all', '--io', 'dgram'));
});

test.serial(
  'each role prints the six figures of the course, which agree with its report',
  async (t) => {
    for (const ending of await playBoth(await freePorts(), '--part', '1')) {
      const figures = linesOf(ending).slice(-7, -1);
      const { course } = reportOf(ending);
      t.deepEqual(
        figures,
        FIGURES.map((name) => `${name}=${course[name as keyof typeof course]}`),
      );
      t.is(course.ETH_BYTES_SENT, course.UDP_BYTES_SENT + 46 * course.PACKETS_SENT);
      t.is(course.ETH_BYTES_RECV, course.UDP_BYTES_RECV + 46 * course.PACKETS_RECV);
    }
  },
);

test.serial('without impairments one side receives what the other sends', async (t) => {
  const [first, second] = await playBoth(await freePorts(), '--part', '1');
  t.true(reportOf(first).course.PACKETS_RECV <= reportOf(second).course.PACKETS_SENT);
  t.true(reportOf(second).course.UDP_BYTES_RECV >= 3890);
  t.true(reportOf(first).course.UDP_BYTES_RECV >= 3890);
});
