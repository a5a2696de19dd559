import { chmodSync, closeSync, ftruncateSync, openSync, readFileSync, statSync } from 'node:fs';
import {
  appendFileSync,
  mkdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import { hashFile, newHash } from '#hawser/shared/files/digest.js';
import { Breath } from '#hawser/shared/files/breath.js';
import { realDisk } from '#hawser/shared/files/disk.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { meddledDisk } from './support/faults.js';
import { Pipe } from './support/pipe.js';
import { settledOf, transfer } from './support/transfer.js';
import { contents, makeFolder, randomBytes, temporaryFolder, write } from './support/trees.js';

/** A file of holes with a little in it. */
function sparseFile(
  path: string,
  size: number,
  islands: readonly (readonly [at: number, text: string])[],
) {
  mkdirSync(join(path, '..'), { recursive: true });
  const fd = openSync(path, 'w');
  ftruncateSync(fd, size);
  for (const [at, text] of islands) writeSync(fd, text, at);
  closeSync(fd);
  return path;
}

async function digestOf(path: string): Promise<string> {
  const fd = openSync(path, 'r');
  const hash = newHash();
  await hashFile(hash, realDisk, fd, Infinity, new Breath(new AbortController().signal));
  closeSync(fd);
  return hash.digest('hex');
}

test('the holes of a sparse file are not sent, and are holes again', async (t) => {
  const root = temporaryFolder(t);
  const size = 50_000_001;
  const path = sparseFile(join(root, 'from', 'sparse'), size, [
    [0, 'begin'],
    [9_999_999, 'island'],
    [30_000_000, 'x'],
  ]);
  const into = makeFolder(root, 'into');
  const { sent, forwardBytes } = await transfer({ paths: [path], into });
  t.deepEqual(sent.counts, { stored: 1 });
  t.true(forwardBytes < 500_000, `${forwardBytes} bytes`);
  const stored = statSync(join(into, 'sparse'));
  t.is(stored.size, size);
  t.true(stored.blocks * 512 < 1_000_000, `${stored.blocks} blocks`);
  t.is(await digestOf(join(into, 'sparse')), await digestOf(path));
});

for (const breaksAfter of [20_000, 40_000, 80_000, 120_000]) {
  test(`a sparse file that was interrupted after ${breaksAfter} bytes goes on`, async (t) => {
    const root = temporaryFolder(t);
    const islands = [0, 1, 2, 3, 4].map((i) => [i * 2_000_000, 'island'] as const);
    const path = sparseFile(join(root, 'from', 'sparse'), 10_000_000, islands);
    const into = makeFolder(root, 'into');
    await transfer({ paths: [path], into, forward: { breaksAfter } });
    const { sent } = await transfer({ paths: [path], into });
    t.deepEqual(sent.counts, { stored: 1 });
    t.is(await digestOf(join(into, 'sparse')), await digestOf(path));
  });
}

test('nothing but a hole arrives', async (t) => {
  const root = temporaryFolder(t);
  const path = sparseFile(join(root, 'from', 'hole'), 5_000_000, []);
  const into = makeFolder(root, 'into');
  t.deepEqual((await transfer({ paths: [path], into })).sent.counts, { stored: 1 });
  t.is(await digestOf(join(into, 'hole')), await digestOf(path));
});

const times: [what: string, time: string, nanoseconds: bigint][] = [
  ['this century', '2024-01-01T00:00:00.123457Z', 1_704_067_200_123_457_000n],
  ['the first moment', '1970-01-01T00:00:00Z', 0n],
  ['before it', '1959-12-31T23:59:59.999999Z', -315_619_200_000_001_000n],
];

for (const [what, time, nanoseconds] of times) {
  test(`times of modification arrive to the microsecond: ${what}`, async (t) => {
    const root = temporaryFolder(t);
    const path = write('x', root, 'from', 'x');
    execFileSync('touch', ['-d', time, path]);
    const into = makeFolder(root, 'into');
    const { sent } = await transfer({ paths: [path], into });
    t.deepEqual(sent.counts, { stored: 1 });
    t.is(statSync(join(into, 'x'), { bigint: true }).mtimeNs, nanoseconds);
  });
}

for (const [what, there] of [
  ['nothing is there', undefined],
  ['an empty file is there', ''],
] as const) {
  test(`a source that holds more than its length says is not taken for whole: ${what}`, async (t) => {
    const root = temporaryFolder(t);
    const path = write('', root, 'from', 'x');
    const into = makeFolder(root, 'into');
    if (there !== undefined) write(there, into, 'x');
    const disk = {
      ...realDisk,
      read: (_fd: number, target: Uint8Array, position: number) =>
        Math.min(target.length, Math.max(0, 100 - position)),
    };
    const { sent, received } = await transfer({ paths: [path], into, sourceDisk: disk });
    t.deepEqual(sent.counts, { unreadable: 1 });
    t.deepEqual(received.counts, { unreadable: 1 });
  });
}

test('a file of a time too late for a message is sent all the same', async (t) => {
  const root = temporaryFolder(t);
  const path = write('x', root, 'from', 'x');
  execFileSync('touch', ['-d', '2400-01-01T00:00:00Z', path]);
  const into = makeFolder(root, 'into');
  const { sent } = await transfer({ paths: [path], into });
  t.deepEqual(sent.counts, { stored: 1 });
  t.is(readFileSync(join(into, 'x'), 'utf8'), 'x');
});

test('folders get their permissions and times when everything is in them', async (t) => {
  const root = temporaryFolder(t);
  write('x', root, 'from', 'tree', 'closed', 'x');
  chmodSync(join(root, 'from', 'tree', 'closed'), 0o555);
  utimesSync(join(root, 'from', 'tree', 'closed'), 1, 1_111_111_111.5);
  utimesSync(join(root, 'from', 'tree'), 1, 1_222_222_222);
  t.teardown(() => {
    chmodSync(join(root, 'from', 'tree', 'closed'), 0o755);
    chmodSync(join(root, 'into', 'tree', 'closed'), 0o755);
  });
  const into = makeFolder(root, 'into');
  await transfer({ paths: [join(root, 'from', 'tree')], into });
  t.deepEqual(contents(into), contents(join(root, 'from')));
});

test('a folder that was there keeps its permissions', async (t) => {
  const root = temporaryFolder(t);
  write('x', root, 'from', 'tree', 'x');
  chmodSync(join(root, 'from', 'tree'), 0o700);
  const there = makeFolder(root, 'into', 'tree');
  chmodSync(there, 0o755);
  await transfer({ paths: [join(root, 'from', 'tree')], into: join(root, 'into') });
  t.is(statSync(there).mode & 0o777, 0o755);
});

test('links to files are followed, what is neither file nor folder is left out and said', async (t) => {
  const root = temporaryFolder(t);
  const tree = makeFolder(root, 'from', 'tree');
  write('linked', root, 'from', 'elsewhere', 'file');
  symlinkSync('../elsewhere/file', join(tree, 'link'));
  symlinkSync('../elsewhere', join(tree, 'folder'));
  symlinkSync('nowhere', join(tree, 'dangling'));
  execFileSync('mkfifo', [join(tree, 'pipe')]);
  const into = makeFolder(root, 'into');
  const { sent } = await transfer({ paths: [tree], into });
  t.deepEqual(sent.counts, { unreadable: 3, stored: 1 });
  t.is(readFileSync(join(into, 'tree', 'link'), 'utf8'), 'linked');
});

test('a name that is not UTF-8 is left out and said', async (t) => {
  const root = temporaryFolder(t);
  const tree = makeFolder(root, 'from', 'tree');
  writeFileSync(Buffer.concat([Buffer.from(`${tree}/x`), Buffer.of(0xff)]), 'x');
  const { sent } = await transfer({ paths: [tree], into: makeFolder(root, 'into') });
  t.deepEqual(sent.counts, { unreadable: 1 });
  t.regex(settledOf(sent)[0].text, /not UTF-8/);
});

test('a stream of unknown length arrives', async (t) => {
  const [random] = randomStreams(3, 1);
  const root = temporaryFolder(t);
  const into = makeFolder(root, 'into');
  const bytes = randomBytes(random, 400_000);
  const stream = new Pipe({ random, capacity: Infinity });
  for (let at = 0; at < bytes.length; at += 50_000) {
    const piece = bytes.subarray(at, at + 50_000);
    (await stream.acquire()).set(piece);
    stream.commit(piece.length);
  }
  stream.end();
  const { sent } = await transfer({ paths: ['-'], into, stream });
  t.deepEqual(sent.counts, { stored: 1 });
  t.deepEqual(readFileSync(join(into, 'stdin')), bytes);
});

const changes: [what: string, change: (path: string) => void][] = [
  [
    'is written to',
    (path) => {
      writeFileSync(path, 'y', { flag: 'r+' });
      utimesSync(path, 5, 5);
    },
  ],
  [
    'grows',
    (path) => {
      appendFileSync(path, 'more');
    },
  ],
  [
    'becomes shorter',
    (path) => {
      writeFileSync(path, 'short');
    },
  ],
];

for (const [what, change] of changes) {
  for (const reads of [1, 3]) {
    test(`a source that ${what} at read ${reads} is told to both sides, and not stored`, async (t) => {
      const root = temporaryFolder(t);
      const path = write(Buffer.alloc(1_200_000, 'x'), root, 'from', 'x');
      const sourceDisk = meddledDisk((call, count) => {
        if (call === 'read' && count === reads) change(path);
      });
      const into = makeFolder(root, 'into');
      const { sent, received } = await transfer({ paths: [path], into, sourceDisk });
      t.deepEqual(sent.counts, { changed: 1 });
      t.deepEqual(received.counts, { changed: 1 });
      t.deepEqual(contents(into), {});
    });
  }
}

test('a source in whose place is another file when its turn comes is told', async (t) => {
  const root = temporaryFolder(t);
  const path = write('first', root, 'from', 'x');
  const sourceDisk = meddledDisk((call, count) => {
    if (call !== 'open' || count !== 1) return;
    write('other', root, 'from', 'y');
    realDisk.rename(join(root, 'from', 'y'), path);
  });
  const { sent } = await transfer({ paths: [path], into: makeFolder(root, 'into'), sourceDisk });
  t.deepEqual(sent.counts, { changed: 1 });
});
