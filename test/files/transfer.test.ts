import { join } from 'node:path';
import test from 'ava';
import { randomStreams } from '#hawser/shared/net/random.js';
import { settledOf, transfer } from './support/transfer.js';
import { contents, makeFolder, makeTree, temporaryFolder } from './support/trees.js';

test('a tree arrives with its bytes, permissions and times', async (t) => {
  const [random] = randomStreams(1, 1);
  const folder = temporaryFolder(t);
  makeTree(random, join(folder, 'from', 'tree'), 30);
  const into = makeFolder(folder, 'into');
  const { sent, received } = await transfer({ paths: [join(folder, 'from', 'tree')], into });
  t.is(sent.failure, undefined);
  t.is(received.failure, undefined);
  t.deepEqual(sent.counts, { stored: 30 });
  t.deepEqual(received.counts, { stored: 30 });
  t.deepEqual(contents(into), contents(join(folder, 'from')));
  t.is(settledOf(sent).length, 30);
});
