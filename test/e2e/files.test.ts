import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { connect } from '#hawser/main/api/functions.js';
import { encodeMessage } from '#hawser/shared/files/fields.js';
import { ownGreeting } from '#hawser/shared/files/greeting.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import {
  contents,
  makeFolder,
  makeTree,
  randomBytes,
  temporaryFolder,
  write,
} from '../files/support/trees.js';
import { freePort } from './helpers/ports.js';
import { Program } from './helpers/program.js';
import { type Flags, killAll, outcomesOf, Receiving } from './helpers/transfer.js';

test.afterEach.always(killAll);

const MAIN_MODULE = fileURLToPath(import.meta.resolve('#hawser/main.js'));

const lines: [what: string, flags: Flags][] = [
  ['as it is', []],
  ['that loses', ['--loss-rate', 0.1]],
  ['that damages', ['--corruption-rate', 0.1]],
  ['that reorders', ['--max-delivery-delay', 0.02]],
  [
    'that does all of it',
    ['--loss-rate', 0.1, '--corruption-rate', 0.1, '--max-delivery-delay', 0.02],
  ],
];

for (const [i, [what, flags]] of lines.entries()) {
  for (const io of i === 0 ? ['batched', 'dgram'] : [['batched', 'dgram'][i % 2]]) {
    test.serial(`a tree arrives over a line ${what}, with ${io} sockets`, async (t) => {
      const root = temporaryFolder(t);
      makeTree(randomStreams(1, 1)[0], join(root, 'from', 'tree'), 20);
      const into = makeFolder(root, 'into');
      const receiving = await Receiving.start(into, ...flags, '--io', io, '--seed', 3);
      const tree = join(root, 'from', 'tree');
      const sent = await receiving.send([tree], ...flags, '--io', io, '--seed', 4).ended;
      t.is(sent.exitCode, 0, sent.stderr);
      t.deepEqual(outcomesOf(sent)[0].counts, { stored: 20 });
      const { ending, outcomes } = await receiving.stop();
      t.is(ending.exitCode, 0, ending.stderr);
      t.deepEqual(outcomes[0].counts, { stored: 20 });
      t.deepEqual(contents(into), contents(join(root, 'from')));
    });
  }
}

test.serial('several senders at once', async (t) => {
  const root = temporaryFolder(t);
  const into = makeFolder(root, 'into');
  const [random] = randomStreams(2, 1);
  const paths = [0, 1, 2].map((i) => write(randomBytes(random, 400_000), root, 'from', `f${i}`));
  const receiving = await Receiving.start(into);
  const sent = await Promise.all(paths.map((path) => receiving.send([path]).ended));
  t.deepEqual(
    sent.map(({ exitCode }) => exitCode),
    [0, 0, 0],
  );
  const { outcomes } = await receiving.stop();
  t.is(outcomes.length, 3);
  t.deepEqual(contents(into), contents(join(root, 'from')));
});

/** Connections on which nothing is said. */
async function silentStrangers(t: ExecutionContext, count: number, port: number) {
  const strangers = Array.from({ length: count }, () => connect({ port, host: '127.0.0.1' }));
  t.teardown(() => {
    for (const stranger of strangers) stranger.destroy();
  });
  for (const stranger of strangers) stranger.on('error', () => undefined);
  await Promise.all(strangers.map((stranger) => stranger.whenOpen()));
  return strangers;
}

test.serial(
  'the JSON of a transfer is there when it is over, not when the receiver is',
  async (t) => {
    const root = temporaryFolder(t);
    const receiving = await Receiving.start(makeFolder(root, 'into'));
    const said = receiving.program.untilSaid('"counts":{"stored":1}');
    t.is((await receiving.send([write('x', root, 'x')]).ended).exitCode, 0);
    await said;
    t.is((await receiving.stop()).outcomes.length, 1);
  },
);

test.serial('strangers who connect and say nothing keep no sender waiting', async (t) => {
  const root = temporaryFolder(t);
  const receiving = await Receiving.start(makeFolder(root, 'into'), '--once');
  await silentStrangers(t, 70, receiving.port);
  const sent = await receiving.send([write('x', root, 'x')]).ended;
  t.is(sent.exitCode, 0, sent.stderr);
  const ending = await receiving.program.ended;
  t.is(ending.exitCode, 0);
  t.deepEqual(
    outcomesOf(ending).map(({ counts }) => counts),
    [{ stored: 1 }],
  );
});

test.serial('a stranger who says nothing for the idle time-out has to go', async (t) => {
  const into = makeFolder(temporaryFolder(t), 'into');
  const receiving = await Receiving.start(into, '--idle-timeout', 1);
  const [stranger] = await silentStrangers(t, 1, receiving.port);
  stranger.resume();
  await once(stranger, 'close');
  t.is((await receiving.stop()).ending.exitCode, 0);
});

test.serial('many senders at once are nothing to warn of', async (t) => {
  const receiving = await Receiving.start(makeFolder(temporaryFolder(t), 'into'));
  const senders = await silentStrangers(t, 70, receiving.port);
  const hello = Buffer.from(encodeMessage(ownGreeting));
  for (const sender of senders) sender.write(hello);
  // All of them are served: each is greeted.
  await Promise.all(senders.map((sender) => once(sender, 'data')));
  const { ending, outcomes } = await receiving.stop();
  t.is(outcomes.length, 70);
  t.notRegex(ending.stderr, /Warning/);
});

for (const [victim, seed] of [
  ['receiver', 1],
  ['sender', 2],
] as const) {
  test.serial(`what a killed ${victim} leaves goes on, with seed ${seed}`, async (t) => {
    const root = temporaryFolder(t);
    const into = makeFolder(root, 'into');
    const [random] = randomStreams(seed, 1);
    const path = write(randomBytes(random, 3_000_000), root, 'from', 'big');
    const first = await Receiving.start(into, '--idle-timeout', 8);
    const sending = first.send([path], '--bwlimit', '1MB', '--idle-timeout', 8);
    await untilPartialHas(into, 200_000 + random.below(1_500_000), sending);
    (victim === 'receiver' ? first.program : sending).kill('SIGKILL');
    const sent = await sending.ended;
    if (victim === 'receiver') t.is(sent.exitCode, 1, sent.stderr);
    if (victim === 'sender') {
      // Whether the receiver has missed it before it is stopped itself is for the network to say.
      const code = (await first.stop()).outcomes[0].error?.code ?? 'none';
      t.true(['ERR_HAWSER_FILE_INCOMPLETE', 'ERR_HAWSER_INTERRUPTED'].includes(code), code);
    }
    t.false(readdirSync(into).includes('big'));
    const second = await Receiving.start(into);
    const again = await second.send([path]).ended;
    t.is(again.exitCode, 0, again.stderr);
    t.true(outcomesOf(again)[0].bytes < 3_000_000);
    await second.stop();
    t.deepEqual(contents(into), contents(join(root, 'from')));
  });
}

/** Resolves when an unfinished file in the folder has so many bytes; rejects if the sender ends. */
async function untilPartialHas(folder: string, bytes: number, sending: Program): Promise<void> {
  let ended: string | undefined;
  void sending.ended.then(({ stderr }) => (ended = stderr));
  const has = () =>
    readdirSync(folder).some(
      (name) => name.startsWith('.hawser-') && readFileSync(join(folder, name)).length >= bytes,
    );
  while (!has()) {
    if (ended !== undefined) throw new Error(`the sender has ended: ${ended}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

for (const victim of ['receiver', 'sender'] as const) {
  test.serial(`Ctrl-C at the ${victim} ends both sides and keeps what has come`, async (t) => {
    const root = temporaryFolder(t);
    const into = makeFolder(root, 'into');
    const path = write(Buffer.alloc(30_000_000, 'x'), root, 'from', 'big');
    const receiving = await Receiving.start(into);
    const sending = receiving.send([path], '--bwlimit', '1MB');
    await untilPartialHas(into, 300_000, sending);
    (victim === 'receiver' ? receiving.program : sending).kill('SIGINT');
    const sent = await sending.ended;
    t.is(sent.exitCode, 130, sent.stderr);
    const ending =
      victim === 'receiver' ? await receiving.program.ended : (await receiving.stop()).ending;
    const [{ error, exitCode }] = outcomesOf(ending);
    t.is(ending.exitCode, exitCode);
    // The last words of a sender are behind what it has sent: they may not get through in time.
    const codes = ['ERR_HAWSER_INTERRUPTED'];
    if (victim === 'sender') codes.push('ERR_HAWSER_FILE_INCOMPLETE');
    t.true(codes.includes(error?.code ?? ''), ending.stderr);
    t.deepEqual(
      readdirSync(into).map((name) => name.slice(0, 8)),
      ['.hawser-'],
    );
  });
}

test.serial('a receiver that has nothing to do ends with 0 at Ctrl-C', async (t) => {
  const receiving = await Receiving.start(makeFolder(temporaryFolder(t), 'into'));
  t.is((await receiving.stop()).ending.exitCode, 0);
});

test.serial('standard input arrives on standard output', async (t) => {
  const root = temporaryFolder(t);
  const bytes = randomBytes(randomStreams(5, 1)[0], 2_000_000);
  const port = await freePort();
  const listen = ['receive', '--listen', `127.0.0.1:${port}`, '--directory', '-', '--quiet'];
  const receiver = spawn(process.execPath, [MAIN_MODULE, ...listen], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => receiver.once('close', resolve));
  const received: Buffer[] = [];
  receiver.stdout.on('data', (chunk: Buffer) => received.push(chunk));
  await new Promise((resolve) => receiver.stderr.once('data', resolve));
  const input = write(bytes, root, 'input');
  const command = `cat "$0" | "$1" "$2" send - 127.0.0.1:${port} --quiet`;
  const sender = spawn('sh', ['-c', command, input, process.execPath, MAIN_MODULE]);
  t.is(await new Promise((resolve) => sender.once('close', resolve)), 0);
  t.is(await ended, 0);
  t.true(Buffer.concat(received).equals(bytes));
});

test.serial('Ctrl-C ends a receiver whose standard output nobody reads', async (t) => {
  const path = write(Buffer.alloc(10_000_000, 'x'), temporaryFolder(t), 'big');
  const port = await freePort();
  // A reader that only holds the pipe open.
  const command = `{ "$0" "$1" receive --listen 127.0.0.1:${port} --directory - --quiet & echo $! >&2; exec >&-; wait $!; echo ended $? >&2; } | sleep 60`;
  const receiver = spawn('sh', ['-c', command, process.execPath, MAIN_MODULE], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => process.kill(-receiver.pid!, 'SIGKILL'));
  let said = '';
  const untilSaid = (text: RegExp) =>
    new Promise<void>((resolve) => {
      receiver.stderr.on('data', () => {
        if (text.test(said)) resolve();
      });
    });
  receiver.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await untilSaid(/listening on/);
  const sending = new Program('send', path, `127.0.0.1:${port}`, '--json');
  await sending.untilComplaint('0 of 1 files');
  process.kill(Number(/^\d+$/m.exec(said)![0]), 'SIGINT');
  await untilSaid(/ended 130/);
  t.is((await sending.ended).exitCode, 130);
});

test.serial('a folder as standard input is told as unreadable', async (t) => {
  const into = makeFolder(temporaryFolder(t), 'into');
  const receiving = await Receiving.start(into);
  // For Node's own standard input it is empty, as a block device is.
  const command = `exec "$0" "$1" send - 127.0.0.1:${receiving.port} --quiet < /`;
  const sender = spawn('sh', ['-c', command, process.execPath, MAIN_MODULE]);
  t.is(await new Promise((resolve) => sender.once('close', resolve)), 6);
  t.deepEqual((await receiving.stop()).outcomes[0].counts, { unreadable: 1 });
  t.deepEqual(readdirSync(into), []);
});

test.serial(
  'standard output into a file that has no room for the last bytes is told',
  async (t) => {
    const root = temporaryFolder(t);
    const path = write(Buffer.alloc(110_000, 'x'), root, 'from', 'x');
    const port = await freePort();
    // The last write is a short one, which is no error.
    const command = `ulimit -f 200; exec "$0" "$1" receive --listen 127.0.0.1:${port} --directory - --quiet > "$2"`;
    const args = ['-c', command, process.execPath, MAIN_MODULE, join(root, 'output')];
    const receiver = spawn('sh', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise((resolve) => receiver.once('close', resolve));
    let said = '';
    receiver.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await new Promise((resolve) => receiver.stderr.once('data', resolve));
    const sent = await new Program('send', path, `127.0.0.1:${port}`, '--quiet').ended;
    t.is(sent.exitCode, 1, sent.stderr);
    t.is(await ended, 1, said);
    t.regex(said, /x: ERR_HAWSER_FILE_INCOMPLETE: the output takes no more/);
  },
);

const conflicts: [flag: string | undefined, exitCode: number, files: string[]][] = [
  [undefined, 3, ['x.txt']],
  ['--overwrite', 0, ['x.txt']],
  ['--rename', 0, ['x (1).txt', 'x.txt']],
  ['--skip', 0, ['x.txt']],
];

for (const [flag, exitCode, files] of conflicts) {
  test.serial(
    `a file that exists, and ${flag ?? 'no flag'}: both sides exit with ${exitCode}`,
    async (t) => {
      const root = temporaryFolder(t);
      const path = write('new', root, 'from', 'x.txt');
      write('old one', root, 'into', 'x.txt');
      const receiving = await Receiving.start(
        join(root, 'into'),
        '--once',
        ...(flag === undefined ? [] : [flag]),
      );
      t.is((await receiving.send([path]).ended).exitCode, exitCode);
      t.is((await receiving.program.ended).exitCode, exitCode);
      t.deepEqual(readdirSync(join(root, 'into')).sort(), files);
      t.is(
        readFileSync(join(root, 'into', 'x.txt'), 'utf8'),
        flag === '--overwrite' ? 'new' : 'old one',
      );
    },
  );
}

test.serial('both sides exit with 4 when there is no room for a file', async (t) => {
  const root = temporaryFolder(t);
  const into = makeFolder(root, 'into');
  const paths = [
    write('small', root, 'from', 'a'),
    write(Buffer.alloc(900_000, 'x'), root, 'from', 'b'),
  ];
  const port = await freePort();
  // A limit on the length of files is a disk with no room that every Unix can offer.
  const command = `ulimit -f 200; exec "$0" "$1" receive --listen 127.0.0.1:${port} --directory "$2" --once --quiet`;
  const receiver = spawn('sh', ['-c', command, process.execPath, MAIN_MODULE, into], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => receiver.once('close', resolve));
  let said = '';
  receiver.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise((resolve) => receiver.stderr.once('data', resolve));
  const sent = await new Program('send', ...paths, `127.0.0.1:${port}`, '--quiet').ended;
  t.is(sent.exitCode, 4, sent.stderr);
  t.regex(sent.stderr, /b: ERR_HAWSER_FILE_NO_SPACE/);
  t.is(await ended, 4, said);
  t.regex(said, /b: ERR_HAWSER_FILE_NO_SPACE/);
  t.is(readFileSync(join(into, 'a'), 'utf8'), 'small');
  t.false(readdirSync(into).includes('b'));
});

test.serial('a file that is not there exits with 6, and the others are sent', async (t) => {
  const root = temporaryFolder(t);
  const receiving = await Receiving.start(makeFolder(root, 'into'));
  const path = write('x', root, 'from', 'x');
  const sent = await receiving.send([path, join(root, 'nothing')]).ended;
  t.is(sent.exitCode, 6);
  t.regex(sent.stderr, /nothing: ERR_HAWSER_FILE_UNREADABLE/);
  t.deepEqual((await receiving.stop()).outcomes[0].counts, { stored: 1 });
});

test.serial('limits on number and size are kept over all senders', async (t) => {
  const root = temporaryFolder(t);
  const receiving = await Receiving.start(
    makeFolder(root, 'into'),
    '--max-files',
    2,
    '--max-bytes',
    '1kB',
  );
  for (const [name, bytes, exitCode] of [
    ['a', 500, 0],
    ['b', 600, 3],
    ['c', 400, 0],
    ['d', 1, 3],
  ] as const) {
    const path = write(Buffer.alloc(bytes), root, 'from', name);
    t.is((await receiving.send([path]).ended).exitCode, exitCode, name);
  }
  const { ending } = await receiving.stop();
  t.is(ending.exitCode, 3);
});

const mistakes: [args: string[], said: RegExp][] = [
  [['send'], /missing required argument/],
  [['send', 'x'], /say what to send and where to/],
  [['send', 'x', 'host:port'], /no HOST\[:PORT\]/],
  [['send', 'x', 'host:99999'], /no HOST\[:PORT\]/],
  [['send', '-', '-', 'host'], /standard input can be sent once/],
  [['send', 'x', 'host', '--bwlimit', 'fast'], /--bwlimit/],
  [['receive', '--overwrite', '--skip'], /cannot be used with/],
  [['receive', '--listen', 'nowhere'], /--listen/],
  [['receive', '--directory', '-', '--json'], /--json writes to standard output/],
  [['receive', '--max-files', '0'], /--max-files/],
  [['receive', '--max-datagram', '100'], /--max-datagram/],
];

for (const [args, said] of mistakes) {
  test.serial(`bad usage exits with 2: ${args.join(' ')}`, async (t) => {
    const { exitCode, stderr } = await new Program(...args).ended;
    t.is(exitCode, 2);
    t.regex(stderr, said);
  });
}

test.serial('a receiver that is not there, or a folder that is not, exits with 1', async (t) => {
  const root = temporaryFolder(t);
  writeFileSync(join(root, 'x'), 'x');
  const sent = await new Program(
    'send',
    join(root, 'x'),
    `127.0.0.1:${await freePort()}`,
    '--idle-timeout',
    1,
  ).ended;
  t.is(sent.exitCode, 1);
  t.regex(sent.stderr, /ERR_HAWSER_/);
  const received = await new Program('receive', '--directory', join(root, 'nothing')).ended;
  t.is(received.exitCode, 1);
  t.regex(received.stderr, /nothing/);
});
