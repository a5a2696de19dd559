import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { randomStreams } from '#hawser/shared/net/random.js';
import { freePorts } from './helpers/ports.js';
import { Program } from './helpers/program.js';
import { TypedProgram } from './helpers/typed-program.js';

const SIZE = 40_321;
const PROMPT = '1  end the connection\r\n> ';

interface Desk {
  readonly ports: readonly [number, number];
  readonly file: string;
  readonly received: string;
  client(...flags: readonly (string | number)[]): TypedProgram;
  server(...flags: readonly (string | number)[]): TypedProgram;
}

async function deskFor(t: ExecutionContext): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), 'hawser-interactive-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const ports = await freePorts();
  const [random] = randomStreams(7, 1);
  const file = join(folder, 'picture.jpg');
  writeFileSync(
    file,
    Uint8Array.from({ length: SIZE }, () => random.below(256)),
  );
  const received = join(folder, 'received');
  return {
    ports,
    file,
    received,
    client: (...flags) => new TypedProgram('interactive', '--client', ...ports, ...flags),
    server: (...flags) =>
      new TypedProgram('interactive', '--server', ...ports, '--directory', received, ...flags),
  };
}

function isThere(t: ExecutionContext, { file, received }: Desk): void {
  t.deepEqual(readdirSync(received), ['picture.jpg']);
  t.true(readFileSync(join(received, 'picture.jpg')).equals(readFileSync(file)));
}

test.serial('0 sends the file, 1 ends the connection; both sides log every message', async (t) => {
  const desk = await deskFor(t);
  const server = desk.server();
  const client = desk.client('--file', desk.file);
  await client.sees('CONN_ACK');
  await client.sees(PROMPT);
  client.types('hello\n');
  await client.sees('"hello" is not in the menu');
  await client.sees(PROMPT);
  client.types('0\n');
  await client.sees('the server has the whole file, as "picture.jpg"');
  await client.sees(PROMPT);
  client.types('1\n');
  await client.sees('END_ACK');
  t.is(await client.exitCode, 0);
  t.is(await server.exitCode, 0);
  isThere(t, desk);
  for (const message of ['CONN_REQ', 'REQ_TO_SEND', 'PACKET 81, 321', 'FILE_END', 'END']) {
    t.regex(server.shown, new RegExp(`<-- ${message}`));
  }
  for (const message of ['CONN_ACK', 'CLEAR_TO_SEND', 'ACK 81', 'FILE_SAVED', 'END_ACK']) {
    t.regex(server.shown, new RegExp(`--> ${message}`));
  }
});

test.serial(
  'under the three switches the file is the same, and the log shows the repair',
  async (t) => {
    const desk = await deskFor(t);
    const server = desk.server('--lose-first-ack');
    const client = desk.client('--file', desk.file, '--mix-order', '--lose-packets', '12,55');
    await client.sees(PROMPT);
    client.types('0\n');
    await client.sees('the server has the whole file');
    client.types('1\n');
    t.is(await client.exitCode, 0);
    t.is(await server.exitCode, 0);
    isThere(t, desk);
    t.regex(client.shown, /-x {2}PACKET 12, 500 bytes, lost on purpose/);
    t.regex(client.shown, /-x {2}PACKET 55, 500 bytes, lost on purpose/);
    t.regex(client.shown, /<-- NACK 55/);
    t.regex(client.shown, /no acknowledgment came; asking for it, 1 of 3 times/);
    t.regex(server.shown, /-x {2}ACK \d+, lost on purpose/);
  },
);

test.serial('an acknowledgment asked for three times in vain is a clear failure', async (t) => {
  const desk = await deskFor(t);
  const server = desk.server('--lose-first-ack', 4);
  const client = desk.client('--file', desk.file, '--ack-timeout', 0.05);
  await client.sees(PROMPT);
  client.types('0\n');
  t.is(await client.exitCode, 1);
  t.is(client.shown.split('--> REQ_ACK 10').length, 4);
  t.regex(client.shown, /ERR_HAWSER_NO_ACKNOWLEDGMENT: .*although asked 3 times/);
  await server.sees('waiting for the next client');
  t.deepEqual(readdirSync(desk.received), []);
  server.interrupt();
  t.is(await server.exitCode, 130);
});

test.serial(
  'who is unknown, or has other sizes, is refused; the next client is served',
  async (t) => {
    const desk = await deskFor(t);
    const server = desk.server('--known', 'alice');
    const mallory = desk.client('--name', 'mallory');
    t.is(await mallory.exitCode, 1);
    t.regex(mallory.shown, /ERR_HAWSER_REFUSED: .*client "mallory" is unknown here/);
    await server.sees('waiting for the next client');
    const other = desk.client('--name', 'alice', '--fragment-size', 400);
    t.is(await other.exitCode, 1);
    t.regex(
      other.shown,
      /you offer fragments of 400 bytes.*this server has fragments of 500 bytes/,
    );
    await server.sees('waiting for the next client');
    const alice = desk.client('--name', 'alice', '--file', desk.file, '--quiet');
    await alice.sees(PROMPT);
    alice.types('0\n1\n');
    t.is(await alice.exitCode, 0);
    t.is(await server.exitCode, 0);
    isThere(t, desk);
  },
);

test.serial(
  'a client from another address is refused at once, and both sides say so',
  async (t) => {
    const desk = await deskFor(t);
    const [serverPort] = desk.ports;
    const [elsewhere] = await freePorts();
    const server = desk.server();
    await server.sees('waiting on port');
    const stranger = new TypedProgram('interactive', '--client', serverPort, elsewhere);
    t.is(await stranger.exitCode, 1);
    t.regex(stranger.shown, /ERR_HAWSER_REFUSED: the peer refused the connection/);
    await server.sees("refused an unknown client: this server's is at 127.0.0.1");
    const client = desk.client();
    await client.sees(PROMPT);
    client.types('1\n');
    t.is(await client.exitCode, 0);
    t.is(await server.exitCode, 0);
  },
);

test.serial(
  '0 asks which file; one that is not there, or is refused, can be tried again',
  async (t) => {
    const desk = await deskFor(t);
    const server = desk.server('--loss-rate', 0.1, '--corruption-rate', 0.1);
    const client = desk.client('--loss-rate', 0.1, '--max-delivery-delay', 0.02);
    await client.sees(PROMPT);
    client.types('0\n');
    await client.sees('file: ');
    client.types('/no/such/file\n');
    await client.sees('ERR_HAWSER_FILE_UNREADABLE');
    client.types(`0\n${desk.file}\n`);
    await client.sees('the server has the whole file');
    client.types(`0\n${desk.file}\n`);
    await client.sees('"picture.jpg" is already there');
    // The end of the input ends the connection too.
    client.types('\u0004');
    t.is(await client.exitCode, 0);
    t.is(await server.exitCode, 0);
    isThere(t, desk);
  },
);

test.serial(
  'a server that ends while the menu is open ends the client, which says why',
  async (t) => {
    const desk = await deskFor(t);
    const server = desk.server();
    const client = desk.client();
    await client.sees(PROMPT);
    server.interrupt();
    t.is(await server.exitCode, 130);
    t.is(await client.exitCode, 1);
    t.regex(client.shown, /ERR_HAWSER_\w+: /);
  },
);

test('a server that cannot make its directory says so', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'hawser-interactive-'));
  t.teardown(() => {
    rmSync(root, { recursive: true });
  });
  writeFileSync(join(root, 'file'), '');
  const directory = join(root, 'file', 'received');
  const { exitCode, stderr } = await new Program(
    ...['interactive', '--server', '--directory', directory],
  ).ended;
  t.is(exitCode, 1);
  t.regex(stderr, /^ERR_HAWSER_FILE_OBSTRUCTED: cannot receive into ".*": a file stands where/);
  t.notRegex(stderr, / at /);
});

const BAD_USAGE: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['no side', [], /say which side: --server or --client/],
  ['both sides', ['--server', '--client'], /cannot be used with/],
  ['a flag of the other side', ['--server', '--lose-packets'], /--lose-packets is for the client/],
  ['one port for both', ['--client', '8000', '8000'], /need two ports, but both are 8000/],
  ['a packet number that is none', ['--client', '--lose-packets', '1,x'], /whole number from 1/],
  ['a fragment too large', ['--server', '--fragment-size', '70000'], /from 1 to 65000/],
];

for (const [what, flags, message] of BAD_USAGE) {
  test(`${what} is bad usage`, async (t) => {
    const { exitCode, stderr } = await new Program('interactive', ...flags).ended;
    t.is(exitCode, 2);
    t.regex(stderr, message);
  });
}
