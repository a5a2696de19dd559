import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Conflict, CONFLICTS, numberedName } from '#hawser/shared/files/placing.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { Hand } from './support/hand.js';
import { settledOf, sharedStorage, transfer } from './support/transfer.js';
import { makeFolder, randomBytes, temporaryFolder, write } from './support/trees.js';

/** A file to be sent, and another one of its name on the other side. */
function scene(t: ExecutionContext, there: string, sent = 'new bytes') {
  const root = temporaryFolder(t);
  const path = write(sent, root, 'from', 'x.txt');
  write(there, root, 'into', 'x.txt');
  return { paths: [path], into: join(root, 'into') };
}

function textsIn(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const outcomes: Record<Conflict, [status: string, files: Record<string, string>]> = {
  refuse: ['exists', { 'x.txt': 'old' }],
  overwrite: ['stored', { 'x.txt': 'new bytes' }],
  rename: ['stored', { 'x (1).txt': 'new bytes', 'x.txt': 'old' }],
  skip: ['skipped', { 'x.txt': 'old' }],
};

for (const conflict of CONFLICTS) {
  test(`"${conflict}" decides about a file that exists`, async (t) => {
    const { paths, into } = scene(t, 'old');
    const { sent, received } = await transfer({ paths, into, conflict });
    const [status, files] = outcomes[conflict];
    t.deepEqual(sent.counts, { [status]: 1 });
    t.deepEqual(received.counts, { [status]: 1 });
    t.deepEqual(textsIn(into), files);
  });

  test(`"${conflict}" decides about a file of the same length`, async (t) => {
    const { paths, into } = scene(t, 'old bytes');
    const { sent } = await transfer({ paths, into, conflict });
    const [status] = outcomes[conflict];
    t.deepEqual(sent.counts, { [status]: 1 });
  });

  test(`"${conflict}" has nothing to decide where the bytes are the same`, async (t) => {
    const { paths, into } = scene(t, 'new bytes');
    const { sent } = await transfer({ paths, into, conflict });
    t.deepEqual(sent.counts, { [conflict === 'skip' ? 'skipped' : 'present']: 1 });
    t.is(sent.bytes, 0);
    t.deepEqual(textsIn(into), { 'x.txt': 'new bytes' });
  });
}

test('both sides say where a renamed file is', async (t) => {
  const { paths, into } = scene(t, 'old');
  const { sent, received } = await transfer({ paths, into, conflict: 'rename' });
  t.is(settledOf(sent)[0].text, 'as x (1).txt');
  t.is(settledOf(received)[0].text, 'as x (1).txt');
});

test('a name is numbered before its extension, and shortened where it would be too long', (t) => {
  t.is(numberedName('photo.jpg', 1), 'photo (1).jpg');
  t.is(numberedName('.hidden', 2), '.hidden (2)');
  t.is(numberedName('archive.tar.gz', 3), 'archive.tar (3).gz');
  const long = numberedName(`${'é'.repeat(125)}.jpg`, 12);
  t.true(Buffer.byteLength(long) <= 255);
  t.regex(long, /^é+ \(12\)\.jpg$/);
});

test('a file is not put over a folder of its name, but beside it', async (t) => {
  const { paths, into } = scene(t, 'old');
  for (const [conflict, status] of [
    ['overwrite', 'obstructed'],
    ['rename', 'stored'],
  ] as const) {
    const folder = makeFolder(into, '..', conflict);
    mkdirSync(join(folder, 'x.txt'));
    const { sent } = await transfer({ paths, into: folder, conflict });
    t.deepEqual(sent.counts, { [status]: 1 });
  }
});

/** Two senders with different bytes under one name, both in the middle of them. */
async function twoSenders(t: ExecutionContext, conflict: Conflict) {
  const into = makeFolder(temporaryFolder(t), 'into');
  const shared = sharedStorage();
  const hands = [new Hand(into, conflict, shared), new Hand(into, conflict, shared)];
  const statuses: number[] = [];
  const answers = [];
  for (const [i, hand] of hands.entries()) {
    await hand.greet();
    await hand.say(hand.offer(0, 'x'));
    answers[i] = await hand.hear('answer');
    if (answers[i].decision !== 0) continue;
    await hand.say({ is: 'begin', id: 0, offset: 0 });
    await hand.data(Buffer.from(i === 0 ? 'fi' : 'se'));
  }
  for (const [i, hand] of hands.entries()) {
    if (answers[i]?.decision !== 0) continue;
    await hand.data(Buffer.from(i === 0 ? 'r' : 'c'));
    await hand.say(hand.whole(0, Buffer.from(i === 0 ? 'fir' : 'sec')));
    statuses.push((await hand.hear('verdict')).status);
  }
  return { files: textsIn(into), statuses };
}

for (const conflict of ['refuse', 'overwrite', 'skip'] satisfies Conflict[]) {
  test(`of two senders of one name the second is refused meanwhile, with "${conflict}"`, async (t) => {
    const { files, statuses } = await twoSenders(t, conflict);
    t.deepEqual(files, { x: 'fir' });
    t.deepEqual(statuses, [0]);
  });
}

test('of two senders of one name each gets a name of its own with "rename"', async (t) => {
  const { files, statuses } = await twoSenders(t, 'rename');
  t.deepEqual(files, { x: 'fir', 'x (1)': 'sec' });
  t.deepEqual(statuses, [0, 0]);
});

test('many senders at once with the same names leave one whole file of each name', async (t) => {
  const [random] = randomStreams(9, 1);
  const root = temporaryFolder(t);
  const into = makeFolder(root, 'into');
  const shared = sharedStorage();
  const versions = [0, 1, 2, 3].map((version) => {
    const folder = makeFolder(root, `from${version}`);
    for (let i = 0; i < 5; i++) write(randomBytes(random, 150_000), folder, `f${i}`);
    return [0, 1, 2, 3, 4].map((i) => join(folder, `f${i}`));
  });
  await Promise.all(
    versions.map((paths) => transfer({ paths, into, shared, forward: { random } })),
  );
  for (let i = 0; i < 5; i++) {
    const stored = readFileSync(join(into, `f${i}`));
    t.true(versions.some((paths) => readFileSync(paths[i]).equals(stored)));
  }
  t.is(readdirSync(into).length, 5);
});

const COMPOSED = 'caf\u00e9';
const DECOMPOSED = 'cafe\u0301';

for (const [conflict, status] of [
  ['refuse', 'exists'],
  ['overwrite', 'exists'],
  ['skip', 'skipped'],
  ['rename', 'stored'],
] as const) {
  test(`of two names that differ only in their Unicode form none is lost with "${conflict}"`, async (t) => {
    const root = temporaryFolder(t);
    const paths = [write('one', root, 'from', COMPOSED), write('two', root, 'from', DECOMPOSED)];
    const into = makeFolder(root, 'into');
    const { sent } = await transfer({ paths, into, conflict });
    t.deepEqual(
      settledOf(sent)
        .map((settled) => settled.status)
        .sort(),
      ['stored', status].sort(),
    );
    const files = textsIn(into);
    const both = { [COMPOSED]: 'one', [`${DECOMPOSED} (1)`]: 'two' };
    t.deepEqual(files, conflict === 'rename' ? both : { [COMPOSED]: 'one' });
  });
}
