import test from 'ava';
import { Program } from './helpers/program.js';

/** A flag, a value it must refuse, and the words that say what it would take. */
const refused: [flag: string, value: string, range: string][] = [
  ['--role', '3', '1, 2'],
  ['--part', '6', '1, 2, 3, 4, 5, all'],
  ['--loss-rate', '1.5', 'from 0 to 1'],
  ['--loss-rate', '-0.1', 'from 0 to 1'],
  ['--corruption-rate', 'often', 'from 0 to 1'],
  ['--max-delivery-delay', '61', 'seconds from 0 to 60'],
  ['--become-reliable-after', '-1', 'seconds from 0'],
  ['--send-interval', 'NaN', 'milliseconds from 0 to 10000'],
  ['--nums', '0', 'from 1 to 10000000'],
  ['--nums', '12.5', 'whole number'],
  ['--seed', '0x10', 'whole number from 0 to 4294967295'],
  ['--idle-timeout', '0', 'seconds from 0.1'],
  ['--io', 'carrier-pigeon', 'auto, dgram, batched'],
  ['--window', '65537', 'segments from 1 to 65536'],
];

for (const [flag, value, range] of refused) {
  test.serial(`${flag} ${value} is refused, with the flag, the value and the range`, async (t) => {
    const { exitCode, stdout, stderr } = await new Program('--role', 1, flag, value).ended;
    t.is(exitCode, 2);
    t.is(stdout, '');
    t.true(stderr.includes(flag), stderr);
    t.true(stderr.includes(`'${value}'`), stderr);
    t.true(stderr.includes(range), stderr);
  });
}

const misused: [what: string, args: (string | number)[], complaint: RegExp][] = [
  ['a role that is not given', [], /say which role: --role 1 or --role 2/],
  ['a mistyped command', ['plya'], /'plya' is invalid.*Commands are listed by --help/],
  ['a port out of range', ['--role', 1, 70000], /'70000' is invalid.*from 1 to 65535/],
  ['the same port twice', ['--role', 1, 9000, 9000], /two ports, but both are 9000/],
  ['a flag that does not exist', ['--role', 1, '--lossrate', 1], /unknown option '--lossrate'/],
  ['a flag without its value', ['--role', 1, '--loss-rate'], /argument missing/],
  ['too many arguments', ['--role', 1, 9000, 9001, 9002], /too many arguments/],
  ['play with one port', ['play', 9000], /two ports or none/],
];

for (const [what, args, complaint] of misused) {
  test.serial(`${what} is refused`, async (t) => {
    const { exitCode, stderr } = await new Program(...args).ended;
    t.is(exitCode, 2);
    t.regex(stderr, complaint);
  });
}

test.serial('--help shows every flag of a role, and examples', async (t) => {
  const { exitCode, stdout } = await new Program('--help').ended;
  t.is(exitCode, 0);
  for (const [flag] of refused) t.true(stdout.includes(flag), flag);
  t.true(stdout.includes('node dist/main.js --role 1'));
});

test.serial('the help of each command ends with examples', async (t) => {
  for (const command of ['role', 'play']) {
    const { exitCode, stdout } = await new Program(command, '--help').ended;
    t.is(exitCode, 0);
    t.regex(stdout, /Examples/);
  }
});

test.serial('no help shows a value that nobody can give', async (t) => {
  const commands = ['role', 'play', 'relay', 'sweep', 'send', 'receive', 'interactive'];
  for (const command of [...commands, 'explore', 'stress', 'confirm']) {
    const { exitCode, stdout } = await new Program(command, '--help').ended;
    t.is(exitCode, 0);
    t.notRegex(stdout, /\b(null|undefined|NaN|Infinity)\b|\[object/, command);
  }
});
