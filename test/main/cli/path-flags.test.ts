import test from 'ava';
import { Command } from 'commander';
import { addPathOptions, pathConditions } from '#hawser/main/cli/path-flags.js';
import { PERFECT_PATH } from '#hawser/shared/net/path/conditions.js';
import { addressFrom, bitRate, byteCount, timeUpTo } from '#hawser/main/cli/units.js';

function conditionsFrom(...args: string[]) {
  const command = addPathOptions(new Command())
    .exitOverride()
    .configureOutput({
      writeErr: () => undefined,
    });
  command.parse(args, { from: 'user' });
  const flags = command.opts();
  return { up: pathConditions(flags, 'up'), down: pathConditions(flags, 'down') };
}

test('without flags the path does nothing, both ways', (t) => {
  const { up, down } = conditionsFrom();
  t.deepEqual(up, PERFECT_PATH);
  t.deepEqual(down, PERFECT_PATH);
});

test('a flag holds for both directions, unless one has its own', (t) => {
  const { up, down } = conditionsFrom(
    ...['--loss-rate', '0.1', '--up-loss-rate', '0.3', '--down-delay', '7ms', '--rate', '8M'],
  );
  t.like(up, { lossRate: 0.3, delayMicros: 0, bytesPerSecond: 1e6 });
  t.like(down, { lossRate: 0.1, delayMicros: 7000, bytesPerSecond: 1e6 });
});

test('a queue that is not given holds a tenth of a second, and one datagram of any size', (t) => {
  t.is(conditionsFrom('--rate', '100M').up.queueBytes, 1_250_000);
  t.is(conditionsFrom('--rate', '64k').up.queueBytes, 65_536);
  t.is(conditionsFrom('--rate', '64k', '--queue', '3kB').up.queueBytes, 3000);
});

test('blackouts add up, bursts are a share and a length', (t) => {
  const { up } = conditionsFrom('--blackout', '1s:500ms', '--blackout', '3:0.1');
  t.deepEqual(up.blackouts, [
    { fromMicros: 1e6, untilMicros: 1.5e6 },
    { fromMicros: 3e6, untilMicros: 3.1e6 },
  ]);
  const { burst } = conditionsFrom('--burst-loss', '0.2:4').up;
  t.is(burst.leaveRate, 0.25);
  t.true(Math.abs(burst.enterRate - 0.0625) < 1e-12);
});

const refused: [flag: string, value: string][] = [
  ['--loss-rate', '1.1'],
  ['--burst-loss', '0.1'],
  ['--burst-loss', '0.1:0.5'],
  ['--burst-loss', '1:4'],
  ['--burst-loss', '0.5:4:0.4'],
  ['--burst-loss', '0.1:4:1:1'],
  ['--delay', '25'],
  ['--delay', '-1ms'],
  ['--jitter', '5 hours'],
  ['--rate', '0'],
  ['--rate', 'fast'],
  ['--queue', '1.5TB'],
  ['--blackout', '5s'],
  ['--blackout', '5s:x'],
  ['--max-datagram', '0'],
];

for (const [flag, value] of refused) {
  test(`${flag} ${value} is refused`, (t) => {
    t.throws(() => conditionsFrom(flag, value), { message: /Must be / });
  });
}

test('times, rates and sizes know their units', (t) => {
  const time = timeUpTo(120);
  t.deepEqual(['25ms', '0.5', '.5s', '3us', '1min'].map(time), [25e3, 5e5, 5e5, 3, 60e6]);
  t.deepEqual(['800', '8k', '100Mbit', '1.5G'].map(bitRate), [100, 1000, 12.5e6, 187.5e6]);
  t.deepEqual(['7', '625kB', '64KiB', '2M'].map(byteCount), [7, 625_000, 65_536, 2e6]);
});

test('an address is a host and a port, IPv6 in brackets', (t) => {
  const address = addressFrom(0);
  t.deepEqual(address('127.0.0.1:0'), { host: '127.0.0.1', port: 0 });
  t.deepEqual(address('[::1]:53'), { host: '::1', port: 53 });
  t.deepEqual(address(':9000'), { host: '0.0.0.0', port: 9000 });
  t.deepEqual(address('example.org:9000'), { host: 'example.org', port: 9000 });
  for (const text of ['9000', '::1:9000', 'host:', 'host:65536', '[::1]']) {
    t.throws(() => address(text), { message: /HOST:PORT/ }, text);
  }
  t.throws(() => addressFrom(1)('host:0'), { message: /from 1/ });
});
