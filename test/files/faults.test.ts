import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Disk, realDisk } from '#hawser/shared/files/disk.js';
import { Folder } from '#hawser/shared/files/folder.js';
import { Limits } from '#hawser/shared/files/limits.js';
import { Partial } from '#hawser/shared/files/partial.js';
import { exitCodeOf, type Status } from '#hawser/shared/files/status.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { failingDisk, meddledDisk, systemError, tinyDisk } from './support/faults.js';
import { type Outcomes, settledOf, sharedStorage, transfer } from './support/transfer.js';
import { contents, makeFolder, randomBytes, temporaryFolder, write } from './support/trees.js';

const SIZE = 1_200_000;

function scene(t: ExecutionContext) {
  const [random] = randomStreams(1, 1);
  const root = temporaryFolder(t);
  const paths = ['a', 'b', 'c'].map((name) => write(randomBytes(random, SIZE), root, 'from', name));
  return { paths, into: makeFolder(root, 'into'), from: join(root, 'from') };
}

function bothSay(
  t: ExecutionContext,
  { sent, received }: Outcomes,
  counts: { [Name in Status]?: number },
) {
  t.is(sent.failure, undefined);
  t.is(received.failure, undefined);
  t.deepEqual(sent.counts, counts);
  t.deepEqual(received.counts, counts);
}

test('a full disk is told to both sides, and what it had room for goes on later', async (t) => {
  const { paths, into, from } = scene(t);
  const outcomes = await transfer({ paths, into, disk: tinyDisk(2_000_000) });
  bothSay(t, outcomes, { stored: 1, noSpace: 2 });
  t.regex(settledOf(outcomes.sent)[1].text, /no space is left on the disk \(ENOSPC\)/);
  t.is(exitCodeOf(Object.keys(outcomes.sent.counts) as Status[]), 4);
  const again = await transfer({ paths, into });
  bothSay(t, again, { stored: 2, present: 1 });
  t.true(again.sent.bytes < 2 * SIZE);
  t.deepEqual(contents(into), contents(from));
});

test('a sender stops in the middle of a file for which there is no space', async (t) => {
  const root = temporaryFolder(t);
  const path = write(Buffer.alloc(20_000_000, 'x'), root, 'from', 'big');
  const into = makeFolder(root, 'into');
  const { sent, forwardBytes } = await transfer({ paths: [path], into, disk: tinyDisk(100_000) });
  t.deepEqual(sent.counts, { noSpace: 1 });
  t.true(forwardBytes < 5_000_000);
});

const failures: [call: keyof Disk, code: string, status: Status, exitCode: number][] = [
  ['open', 'EACCES', 'permission', 5],
  ['look', 'EACCES', 'permission', 5],
  ['write', 'EDQUOT', 'noSpace', 4],
  ['write', 'EFBIG', 'noSpace', 4],
  ['write', 'EIO', 'disk', 1],
  ['sync', 'EIO', 'disk', 1],
  ['setMode', 'EPERM', 'permission', 5],
  ['setTime', 'EPERM', 'permission', 5],
  ['link', 'EACCES', 'permission', 5],
  ['link', 'EROFS', 'permission', 5],
  ['link', 'ENAMETOOLONG', 'name', 3],
];

for (const [call, code, status, exitCode] of failures) {
  test(`both sides are told when "${call}" fails with ${code}, and no file has its name`, async (t) => {
    const { paths, into } = scene(t);
    // The first one opens the folder itself.
    const outcomes = await transfer({
      paths,
      into,
      disk: failingDisk(call, code, call === 'open' ? 2 : 1),
    });
    bothSay(t, outcomes, { [status]: 3 });
    t.is(exitCodeOf(Object.keys(outcomes.received.counts) as Status[]), exitCode);
    t.deepEqual(
      readdirSync(into).filter((name) => !name.startsWith('.hawser-')),
      [],
    );
  });
}

/** More than is left for the end. */
const LONG = Buffer.alloc(70_000_000);

function partialOn(t: ExecutionContext, disk: Disk) {
  const root = temporaryFolder(t);
  const folder = Folder.openRoot(disk, root);
  t.teardown(() => {
    folder.close();
  });
  return { root, partial: Partial.create(disk, () => folder, 'key') };
}

test('a long file is flushed while it is written, and a failure of that is not lost', async (t) => {
  let syncs = 0;
  const disk = meddledDisk((call) => {
    if (call !== 'sync') return;
    syncs += 1;
    if (syncs === 1) throw systemError('EIO');
  });
  const { partial } = partialOn(t, disk);
  partial.write(LONG);
  t.is(syncs, 1);
  await t.throwsAsync(partial.seal(0o600, 0), { message: /cannot flush to the disk.*EIO/ });
  partial.discard();
});

test('a file that is given up while it is flushed is closed after that, and only once', async (t) => {
  const calls: string[] = [];
  let flushed: () => void = () => undefined;
  const disk: Disk = {
    ...realDisk,
    write: () => undefined,
    sync: () => new Promise((resolve) => (flushed = resolve)),
    close: (fd) => {
      calls.push('close');
      realDisk.close(fd);
    },
  };
  const { partial } = partialOn(t, disk);
  partial.write(LONG);
  partial.discard();
  t.deepEqual(calls, []);
  flushed();
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(calls, ['close']);
});

test('a file that exists and cannot be read does not keep the others, nor end the transfer', async (t) => {
  const { paths, into } = scene(t);
  write(Buffer.alloc(SIZE), into, 'a');
  bothSay(t, await transfer({ paths, into, disk: failingDisk('read', 'EIO') }), {
    stored: 2,
    disk: 1,
  });
});

test('a directory that is gone is told to both sides, file by file', async (t) => {
  const { paths, into } = scene(t);
  const outcomes = await transfer({ paths, into: join(into, 'gone') });
  bothSay(t, outcomes, { disk: 3 });
  t.regex(
    settledOf(outcomes.sent)[0].text,
    /cannot open the receiver's directory: it is not there/,
  );
});

test('one file that cannot be written does not keep the others', async (t) => {
  const { paths, into } = scene(t);
  let writes = 0;
  const disk = meddledDisk((call) => {
    if (call !== 'write') return;
    writes += 1;
    if (writes === 7) throw systemError('EIO');
  });
  bothSay(t, await transfer({ paths, into, disk }), { stored: 2, disk: 1 });
});

test('where the disk has no hard links files get their names all the same', async (t) => {
  for (const code of ['EPERM', 'ENOTSUP', 'ENOSYS']) {
    const { paths, into, from } = scene(t);
    bothSay(t, await transfer({ paths, into, disk: failingDisk('link', code) }), { stored: 3 });
    t.deepEqual(contents(into), contents(from));
  }
});

test('without hard links a name that is taken is not taken away', async (t) => {
  const { paths, into } = scene(t);
  write('old', into, 'a');
  const disk = failingDisk('link', 'ENOTSUP');
  bothSay(t, await transfer({ paths, into, disk, conflict: 'rename' }), { stored: 3 });
  t.is(readFileSync(join(into, 'a'), 'utf8'), 'old');
  t.deepEqual(readFileSync(join(into, 'a (1)')), readFileSync(paths[0]));
});

for (const code of ['EIO', 'EACCES']) {
  test(`a source that cannot be read because of ${code} is told to both sides`, async (t) => {
    const { paths, into } = scene(t);
    const status = code === 'EACCES' ? 'permission' : 'unreadable';
    const outcomes = await transfer({ paths, into, sourceDisk: failingDisk('read', code, 8) });
    t.is(outcomes.sent.failure, undefined);
    t.is(outcomes.sent.counts.stored, 1);
    t.is(outcomes.received.counts.stored, 1);
    t.is(settledOf(outcomes.sent).length, 3);
    t.true((outcomes.sent.counts.unreadable ?? 0) > 0, status);
  });
}

test('what is not there is told, and the rest is sent', async (t) => {
  const { paths, into } = scene(t);
  const { sent } = await transfer({ paths: [paths[0], `${paths[0]}-not`], into });
  t.deepEqual(sent.counts, { stored: 1, unreadable: 1 });
  t.regex(settledOf(sent).find(({ status }) => status === 'unreadable')?.text ?? '', /not there/);
});

test('a limit on files, or on bytes, is told to both sides', async (t) => {
  for (const limits of [
    { files: 2, bytes: Infinity },
    { files: Infinity, bytes: 2 * SIZE },
  ]) {
    const { paths, into } = scene(t);
    const shared = sharedStorage(undefined, new Limits(limits));
    bothSay(t, await transfer({ paths, into, shared }), { stored: 2, limit: 1 });
  }
});

test('what was not stored does not count for the limits', async (t) => {
  const { paths, into } = scene(t);
  const shared = sharedStorage(undefined, new Limits({ files: 3, bytes: 3 * SIZE }));
  await transfer({ paths, into, shared, forward: { breaksAfter: 1_800_000 } });
  bothSay(t, await transfer({ paths, into, shared }), { stored: 2, present: 1 });
});

test('a folder without permission is told, unless one may everything', async (t) => {
  const root = temporaryFolder(t);
  write('x', root, 'from', 'tree', 'x');
  const into = makeFolder(root, 'into', 'tree');
  chmodSync(into, 0o500);
  t.teardown(() => {
    chmodSync(into, 0o700);
  });
  const { sent } = await transfer({
    paths: [join(root, 'from', 'tree')],
    into: join(root, 'into'),
  });
  t.deepEqual(sent.counts, process.getuid?.() === 0 ? { stored: 1 } : { permission: 1 });
});
