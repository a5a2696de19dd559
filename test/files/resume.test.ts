import { linkSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parkedName, partialKey } from '#hawser/shared/files/partial-names.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { settledOf, transfer } from './support/transfer.js';
import {
  contents,
  makeFolder,
  makeTree,
  randomBytes,
  temporaryFolder,
  write,
} from './support/trees.js';

const SIZE = 1_000_000;

function bigFile(t: ExecutionContext, seed: number) {
  const root = temporaryFolder(t);
  const [random] = randomStreams(seed, 1);
  const bytes = randomBytes(random, SIZE);
  const path = write(bytes, root, 'from', 'big');
  return { root, random, bytes, path, into: makeFolder(root, 'into') };
}

for (let seed = 1; seed <= 2; seed++) {
  test(`a tree is whole however often the line breaks, with seed ${seed}`, async (t) => {
    const [random] = randomStreams(seed, 1);
    const root = temporaryFolder(t);
    makeTree(random, join(root, 'from', 'tree'), 25);
    const into = makeFolder(root, 'into');
    const paths = [join(root, 'from', 'tree')];
    let moved = 0;
    for (let attempt = 0; ; attempt++) {
      const breaksAfter = 2000 + random.below(400_000);
      const [where, other] = random.chance(0.7) ? ['forward', 'back'] : ['back', 'forward'];
      const { sent } = await transfer({
        paths,
        into,
        [where]: {
          random,
          breaksAfter: where === 'back' ? Math.ceil(breaksAfter / 100) : breaksAfter,
        },
        [other]: { random },
      });
      moved += sent.bytes;
      if (sent.failure === undefined) break;
      t.is(sent.failure.status, 'broken', `seed ${seed}, attempt ${attempt}`);
      t.true(attempt < 200, `seed ${seed} never ends`);
    }
    t.deepEqual(contents(into), contents(join(root, 'from')), `seed ${seed}`);
    t.true(moved > 0);
  });
}

for (let seed = 1; seed <= 2; seed++) {
  test(`what is there is not sent again, with seed ${seed}`, async (t) => {
    const { random, bytes, path, into } = bigFile(t, seed);
    const breaksAfter = 100_000 + random.below(SIZE - 200_000);
    const first = await transfer({ paths: [path], into, forward: { random, breaksAfter } });
    t.is(first.received.failure?.status, 'broken');
    t.false(readdirSync(into).includes('big'));
    const second = await transfer({ paths: [path], into, forward: { random } });
    t.deepEqual(second.sent.counts, { stored: 1 });
    t.deepEqual(readFileSync(join(into, 'big')), bytes);
    t.is(first.received.bytes + second.sent.bytes, SIZE, `seed ${seed}`);
    t.deepEqual(readdirSync(into), ['big']);
  });
}

test('what is there and has been changed is sent again', async (t) => {
  const { bytes, path, into } = bigFile(t, 1);
  await transfer({ paths: [path], into, forward: { breaksAfter: 500_000 } });
  const [left] = readdirSync(into);
  const damaged = readFileSync(join(into, left));
  damaged[1000] ^= 1;
  write(damaged, into, left);
  const { sent } = await transfer({ paths: [path], into });
  t.deepEqual(sent.counts, { stored: 1 });
  t.is(sent.bytes, SIZE);
  t.deepEqual(readFileSync(join(into, 'big')), bytes);
});

test('a source that has grown goes on from what is there of it', async (t) => {
  const { bytes, path, into } = bigFile(t, 2);
  const first = await transfer({ paths: [path], into, forward: { breaksAfter: 500_000 } });
  const longer = Buffer.concat([bytes, Buffer.from('more')]);
  write(longer, path);
  const { sent } = await transfer({ paths: [path], into });
  t.is(sent.bytes, longer.length - first.received.bytes);
  t.deepEqual(readFileSync(join(into, 'big')), longer);
});

test('a source that has become shorter than what is there is sent from its beginning', async (t) => {
  const { path, into } = bigFile(t, 3);
  await transfer({ paths: [path], into, forward: { breaksAfter: 500_000 } });
  write('short', path);
  const { sent } = await transfer({ paths: [path], into });
  t.deepEqual(sent.counts, { stored: 1 });
  t.is(readFileSync(join(into, 'big'), 'utf8'), 'short');
  t.deepEqual(readdirSync(into), ['big']);
});

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

test('what a killed receiver has left is taken up', async (t) => {
  const { bytes, path, into } = bigFile(t, 4);
  write(bytes.subarray(0, 600_000), into, `.hawser-${partialKey('big')}.${deadPid()}-3.part`);
  const { sent } = await transfer({ paths: [path], into });
  t.is(sent.bytes, 400_000);
  t.deepEqual(readFileSync(join(into, 'big')), bytes);
  t.deepEqual(readdirSync(into), ['big']);
});

test('what a receiver before this one with the same process number has left is taken up', async (t) => {
  const { bytes, path, into } = bigFile(t, 4);
  write(
    bytes.subarray(0, 600_000),
    into,
    `.hawser-${partialKey('big')}.${process.pid}-999999.part`,
  );
  const { sent } = await transfer({ paths: [path], into });
  t.is(sent.bytes, 400_000);
  t.deepEqual(readdirSync(into), ['big']);
});

test('what another living process works on is left alone', async (t) => {
  const { bytes, path, into } = bigFile(t, 5);
  const theirs = `.hawser-${partialKey('big')}.${process.ppid}-1.part`;
  write(bytes.subarray(0, 600_000), into, theirs);
  const { sent } = await transfer({ paths: [path], into });
  t.is(sent.bytes, SIZE);
  t.is(statSync(join(into, theirs)).size, 600_000);
  t.deepEqual(readFileSync(join(into, 'big')), bytes);
});

test('the largest of several unfinished files is taken up, and the others are cleared away', async (t) => {
  const { bytes, path, into } = bigFile(t, 6);
  const key = partialKey('big');
  write(bytes.subarray(0, 1000), into, parkedName(key));
  write(bytes.subarray(0, 700_000), into, `.hawser-${key}.${deadPid()}-1.part`);
  const { sent } = await transfer({ paths: [path], into });
  t.is(sent.bytes, 300_000);
  t.deepEqual(readdirSync(into), ['big']);
});

test('an unfinished file that has a second name is not written to', async (t) => {
  const { bytes, path, into } = bigFile(t, 7);
  write('finished', into, 'other');
  linkSync(join(into, 'other'), join(into, parkedName(partialKey('big'))));
  const { sent } = await transfer({ paths: [path], into });
  t.is(sent.bytes, SIZE);
  t.is(readFileSync(join(into, 'other'), 'utf8'), 'finished');
  t.deepEqual(readFileSync(join(into, 'big')), bytes);
});

test('a folder that was sent in part is sent on, and what is there counts as sent', async (t) => {
  const [random] = randomStreams(5, 1);
  const root = temporaryFolder(t);
  makeTree(random, join(root, 'from', 'tree'), 20);
  const into = makeFolder(root, 'into');
  const paths = [join(root, 'from', 'tree')];
  await transfer({ paths, into, forward: { breaksAfter: 300_000 } });
  const { sent } = await transfer({ paths, into });
  t.is(sent.failure, undefined);
  const { stored = 0, present = 0 } = sent.counts;
  t.is(stored + present, 20);
  t.true(present > 0);
  t.true(settledOf(sent).every(({ status }) => status === 'stored' || status === 'present'));
});

test('an interruption on either side keeps what has come', async (t) => {
  const { FileFailure } = await import('#hawser/shared/files/status.js');
  for (const side of ['senderSignal', 'receiverSignal'] as const) {
    const { bytes, path, into } = bigFile(t, 8);
    const controller = new AbortController();
    const tamper = (_bytes: Uint8Array, position: number) => {
      if (position > 400_000) controller.abort(new FileFailure('interrupted', 'Ctrl-C'));
    };
    const first = await transfer({
      paths: [path],
      into,
      forward: { tamper },
      [side]: controller.signal,
    });
    t.is(first.sent.failure?.status, 'interrupted');
    t.is(first.received.failure?.status, 'interrupted');
    const second = await transfer({ paths: [path], into });
    t.true(second.sent.bytes < SIZE, side);
    t.deepEqual(readFileSync(join(into, 'big')), bytes);
  }
});
