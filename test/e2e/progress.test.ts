/** What `send` and `receive` show somebody who sits before a terminal. */
import { join } from 'node:path';
import test from 'ava';
import { randomStreams } from '#hawser/shared/net/random.js';
import {
  contents,
  makeFolder,
  randomBytes,
  temporaryFolder,
  write,
} from '../files/support/trees.js';
import { freePort } from './helpers/ports.js';
import { TypedProgram } from './helpers/typed-program.js';

/** Of a file, and of everything. */
const FILE_BAR = /big {2,}[█▏▎▍▌▋▊▉]*·* +\d+% [\d.]+ k?B of 600 kB/;
const TOTAL_BAR = /0 of 1 files +[█▏▎▍▌▋▊▉]*·* +\d+% [\d.]+ k?B {3}[\d.]+ k?B\/s/;
const TIME_LEFT = /\d+:\d\d left/;
const LINE = /rtt [\d.]+ ms {3}retransmitted \d+ {3}lost \d+/;
/** Everything below the cursor goes. */
const ERASE = '\u001b[0J';

test('both sides show a bar a file and in total, rate, time left, and how the line is', async (t) => {
  const root = temporaryFolder(t);
  const into = makeFolder(root, 'into');
  const path = write(randomBytes(randomStreams(1, 1)[0], 600_000), root, 'from', 'big');
  const address = `127.0.0.1:${await freePort()}`;
  const receiver = new TypedProgram('receive', '--listen', address, '--directory', into, '--once');
  await receiver.sees('listening on');
  const sender = new TypedProgram('send', path, address, '--bwlimit', '1MB');
  t.is(await sender.exitCode, 0, sender.shown);
  t.is(await receiver.exitCode, 0, receiver.shown);
  for (const { shown } of [sender, receiver]) {
    for (const part of [FILE_BAR, TOTAL_BAR, TIME_LEFT, LINE]) t.regex(shown, part);
    // The bar is drawn over, and what stays is the summary.
    t.regex(shown.slice(shown.lastIndexOf(ERASE)), /1 file stored: 600 kB in [\d.]+ s/);
    t.true(shown.split('\n').every((row) => Array.from(row).length < 100));
  }
  t.deepEqual(contents(into), contents(join(root, 'from')));
});
