import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { startFileThread } from '#hawser/main/files/file-thread.js';
import { type ReceiveJob, type SendJob, Transfer } from '#hawser/main/files/transfer.js';
import type { Progress } from '#hawser/shared/files/session.js';
import type { Status } from '#hawser/shared/files/status.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { socketPair } from '../../files/support/links.js';
import {
  contents,
  makeFolder,
  makeTree,
  randomBytes,
  temporaryFolder,
  write,
} from '../../files/support/trees.js';

const NO_LIMITS = { files: Infinity, bytes: Infinity };

const thread = startFileThread();
test.after.always(() => thread.destroy());

function receiveInto(into: string): ReceiveJob {
  return {
    role: 'receive',
    target: { root: into, conflict: 'refuse', names: 'portable' },
    limits: NO_LIMITS,
  };
}

async function both(send: SendJob, receive: ReceiveJob) {
  const [one, two] = await socketPair();
  const progress: Progress[] = [];
  const hooks = { onProgress: () => undefined };
  const sending = new Transfer(one, thread, send, hooks);
  const receiving = new Transfer(two, thread, receive, {
    onProgress: (state) => progress.push(state),
  });
  return { sending, receiving, progress };
}

function scene(t: ExecutionContext) {
  const root = temporaryFolder(t);
  return { root, into: makeFolder(root, 'into'), from: makeFolder(root, 'from') };
}

test('a tree passes through the file thread, its rings and two sockets', async (t) => {
  const { into, from } = scene(t);
  makeTree(randomStreams(1, 1)[0], join(from, 'tree'), 40);
  const { sending, receiving, progress } = await both(
    { role: 'send', paths: [join(from, 'tree')], streamName: 'x' },
    receiveInto(into),
  );
  t.deepEqual((await sending.result).counts, { stored: 40 });
  t.deepEqual((await receiving.result).counts, { stored: 40 });
  t.deepEqual(contents(into), contents(from));
  const last = progress.at(-1)!;
  t.is(last.filesSettled, 40);
  t.is(last.bytesSettled, last.bytes);
  t.deepEqual(
    progress.flatMap(({ settled }) => settled),
    [],
    'what went as it should needs no line',
  );
});

test('standard input and standard output may be any streams', async (t) => {
  const bytes = randomBytes(randomStreams(2, 1)[0], 3_000_001);
  const received: Uint8Array[] = [];
  const output = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      received.push(Uint8Array.from(chunk));
      setImmediate(done);
    },
  });
  const input = Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]);
  const { sending, receiving } = await both(
    { role: 'send', paths: ['-'], streamName: 'x', input },
    { role: 'receive', target: { output }, limits: NO_LIMITS },
  );
  t.deepEqual((await sending.result).counts, { stored: 1 });
  t.deepEqual((await receiving.result).counts, { stored: 1 });
  t.true(Buffer.concat(received).equals(bytes));
});

test('what an output does not take is not stored, however little it is', async (t) => {
  const { from } = scene(t);
  const output = new Writable({
    write: (_chunk, _encoding, done) => {
      setImmediate(() => {
        done(new Error('no space is left'));
      });
    },
  });
  const { sending, receiving } = await both(
    { role: 'send', paths: [write('a few bytes', from, 'small')], streamName: 'x' },
    { role: 'receive', target: { output }, limits: NO_LIMITS },
  );
  t.deepEqual((await sending.result).counts, { broken: 1 });
  t.deepEqual((await receiving.result).counts, { broken: 1 });
});

test('an interruption does not wait for an output that nobody reads', async (t) => {
  const { from } = scene(t);
  const path = write(Buffer.alloc(20_000_000, 'x'), from, 'big');
  const output = new Writable({
    write: () => {
      setImmediate(() => {
        receiving.interrupt('Ctrl-C');
      });
    },
  });
  const { sending, receiving } = await both(
    { role: 'send', paths: [path], streamName: 'x' },
    { role: 'receive', target: { output }, limits: NO_LIMITS },
  );
  t.is((await receiving.result).failure?.status, 'interrupted');
  t.is((await sending.result).failure?.status, 'interrupted');
});

test('several transfers at once share one thread', async (t) => {
  const { into, from } = scene(t);
  const [random] = randomStreams(3, 1);
  const transfers = await Promise.all(
    [0, 1, 2, 3].map((i) => {
      const path = write(randomBytes(random, 500_000), from, `file ${i}`);
      return both({ role: 'send', paths: [path], streamName: 'x' }, receiveInto(into));
    }),
  );
  for (const { sending } of transfers) t.deepEqual((await sending.result).counts, { stored: 1 });
  t.deepEqual(contents(into), contents(from));
});

test('a socket that breaks ends both sides, and what has come is kept', async (t) => {
  const { into, from } = scene(t);
  const path = write(Buffer.alloc(20_000_000, 'x'), from, 'big');
  const { sending, receiving } = await both(
    { role: 'send', paths: [path], streamName: 'x' },
    receiveInto(into),
  );
  receiving.stream.once('data', () => sending.stream.destroy(new Error('the cable is out')));
  t.deepEqual((await sending.result).failure, { status: 'broken', text: 'the cable is out' });
  t.is((await receiving.result).failure?.status, 'broken');
  t.false(readdirSync(into).includes('big'));
});

for (const side of ['sending', 'receiving'] as const) {
  test(`an interruption of the ${side} side is told to the other one`, async (t) => {
    const { into, from } = scene(t);
    const path = write(Buffer.alloc(50_000_000, 'x'), from, 'big');
    const sides = await both({ role: 'send', paths: [path], streamName: 'x' }, receiveInto(into));
    sides.receiving.stream.once('data', () => {
      sides[side].interrupt('Ctrl-C');
    });
    for (const { result } of [sides.sending, sides.receiving]) {
      t.is((await result).failure?.status, 'interrupted');
    }
    t.deepEqual(
      readdirSync(into).filter((name) => !name.startsWith('.hawser-')),
      [],
    );
  });
}

test('a peer that speaks something else is refused', async (t) => {
  const { into } = scene(t);
  const [one, two] = await socketPair();
  const receiving = new Transfer(two, thread, receiveInto(into), { onProgress: () => undefined });
  one.write('GET / HTTP/1.1\r\nHost: example\r\n\r\n');
  one.pipe(new PassThrough()).resume();
  t.is((await receiving.result).failure?.status, 'protocol');
  one.destroy();
});

test('an input that breaks off is not stored as if it were whole', async (t) => {
  const { into } = scene(t);
  const input = new PassThrough();
  input.write('the first half');
  const { sending, receiving, progress } = await both(
    { role: 'send', paths: ['-'], streamName: 'x', input },
    receiveInto(into),
  );
  receiving.stream.once('data', () => input.destroy(new Error('the disk is out')));
  t.deepEqual((await sending.result).counts, { unreadable: 1 });
  t.deepEqual((await receiving.result).counts, { unreadable: 1 });
  t.regex(progress.flatMap(({ settled }) => settled)[0].text, /standard input has broken off/);
  t.deepEqual(contents(into), {});
});

type Sides = Awaited<ReturnType<typeof both>>;

const ends: [what: string, status: Status, act: (sides: Sides) => void][] = [
  [
    'an interruption',
    'interrupted',
    ({ sending }) => {
      sending.interrupt('Ctrl-C');
    },
  ],
  [
    'a broken connection',
    'broken',
    ({ receiving }) => {
      receiving.stream.destroy(new Error('the cable is out'));
    },
  ],
];

for (const [what, status, act] of ends) {
  test(`${what} ends a sender whose input says nothing, and lets the input go`, async (t) => {
    const { into } = scene(t);
    const input = new PassThrough();
    input.write('and then nothing');
    const sides = await both(
      { role: 'send', paths: ['-'], streamName: 'x', input },
      receiveInto(into),
    );
    sides.receiving.stream.once('data', () => {
      act(sides);
    });
    t.is((await sides.sending.result).failure?.status, status);
    t.true(input.destroyed);
    await sides.receiving.result;
  });
}
