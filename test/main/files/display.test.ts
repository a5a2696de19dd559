import { PassThrough } from 'node:stream';
import test from 'ava';
import { LogDisplay, QuietDisplay, rowsOf } from '#hawser/main/files/display.js';
import { Meter } from '#hawser/main/files/meter.js';
import { barText, progressLines, type Snapshot } from '#hawser/main/files/progress-lines.js';
import { bytesText, countText, durationText } from '#hawser/main/files/quantities.js';
import { Throttle } from '#hawser/main/files/throttle.js';
import { outcomeOf, summaryLine } from '#hawser/main/files/outcome.js';
import { BoardEntry } from '#hawser/main/files/board.js';

const snapshot: Snapshot = {
  files: 3,
  filesSettled: 1,
  bytes: 4000,
  bytesSettled: 1000,
  current: { name: 'folder/photo.jpg', size: 2000, position: 500 },
  bytesPerSecond: 1000,
  secondsLeft: 3,
  line: { roundTripMs: 51.23, retransmitted: 7, lost: 5 },
};

test('there is a line for the current file and one for everything', (t) => {
  t.deepEqual(progressLines(snapshot), [
    'folder/photo.jpg             █████···············  25% 500 B of 2.00 kB',
    '1 of 3 files                 █████···············  25% 1.00 kB   1.00 kB/s   0:03 left   rtt 51.2 ms   retransmitted 7   lost 5',
  ]);
});

test('a line that is too long for the terminal goes on below, and nothing of it is lost', (t) => {
  const [, total] = progressLines(snapshot);
  t.deepEqual(rowsOf(total, 79), [
    '1 of 3 files                 █████···············  25% 1.00 kB   1.00 kB/s',
    '   0:03 left   rtt 51.2 ms   retransmitted 7   lost 5',
  ]);
  t.deepEqual(rowsOf(total, 200), [total]);
  t.deepEqual(rowsOf('a long word   short', 8), ['a long w', '   short']);
});

test('between two files there is only the line for everything', (t) => {
  t.is(progressLines({ ...snapshot, current: undefined }).length, 1);
});

test('a name on the screen is cut at its front, and moves no cursor', (t) => {
  const name = `${'long/'.repeat(20)}\u001b[2Jend`;
  const [line] = progressLines({ ...snapshot, current: { name, size: 1, position: 0 } });
  t.true(line.startsWith('…'));
  t.false(line.includes('\u001b'));
  t.true(line.includes('\\x1b[2Jend'));
});

test('a bar fills in eighths, and an empty file is done', (t) => {
  t.is(barText(0, 100), `${'·'.repeat(20)}   0%`);
  t.is(barText(1, 160), `▏${'·'.repeat(19)}   0%`);
  t.is(barText(100, 100), `${'█'.repeat(20)} 100%`);
  t.is(barText(0, 0), `${'█'.repeat(20)} 100%`);
  t.is(barText(5, undefined).trim(), '');
});

test('quantities read as people write them', (t) => {
  t.is(bytesText(999), '999 B');
  t.is(bytesText(1500), '1.50 kB');
  t.is(bytesText(999_600), '1.00 MB');
  t.is(bytesText(20e9), '20.0 GB');
  t.is(durationText(9), '0:09');
  t.is(durationText(3723), '1:02:03');
  t.is(durationText(Infinity), '-');
  t.is(countText(1, 'file'), '1 file');
  t.is(countText(2, 'file'), '2 files');
});

test('the rate is that of the last seconds', (t) => {
  const meter = new Meter();
  t.is(meter.bytesPerSecond(), 0);
  t.is(meter.secondsFor(100), Infinity);
  meter.add(0, 0);
  meter.add(1000, 500);
  t.is(meter.bytesPerSecond(), 500);
  for (let second = 2; second <= 20; second++) meter.add(second * 1000, 500 + (second - 1) * 2000);
  t.is(meter.bytesPerSecond(), 2000);
  t.is(meter.secondsFor(4000), 2);
});

test('a throttle lets a rate pass, on average', async (t) => {
  let nowMs = 0;
  const throttle = new Throttle(
    1_000_000,
    () => nowMs,
    (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  );
  for (let i = 0; i < 100; i++) await throttle.pass(50_000);
  t.true(Math.abs(nowMs - 5000) < 100, `${nowMs} ms for 5 MB`);
});

test('a throttle that is lifted lets go whoever waits for it', async (t) => {
  const throttle = new Throttle(1);
  const passing = throttle.pass(1_000_000);
  throttle.lift();
  await passing;
  await throttle.pass(1_000_000);
  t.pass();
});

test('a log gets a state once, however often it is shown', (t) => {
  const log = new PassThrough();
  const display = new LogDisplay(log);
  display.say('a problem');
  display.show(['too early']);
  t.is(String(log.read()), 'a problem\n');
});

test('a line with words of the peer moves no cursor', (t) => {
  for (const kind of [LogDisplay, QuietDisplay]) {
    const log = new PassThrough();
    new kind(log).say('the sender has given up: \u001b[2J\u009b1A\u202eevil\nERR');
    t.is(String(log.read()), 'the sender has given up: \\x1b[2J\\x9b1A\\u{202e}evil\\x0aERR\n');
  }
});

test('what is in buffers and on the line has not arrived, and is not shown as if it had', (t) => {
  let delivered = 0;
  const entry = new BoardEntry(
    () => undefined,
    () => undefined,
    () => delivered,
  );
  const current = { name: 'b', size: 900, position: 800 };
  const counts = { files: 2, bytes: 1000, filesSettled: 1, bytesSettled: 900, bytesMoved: 900 };
  entry.take({ ...counts, current, settled: [] });
  delivered = 300;
  t.is(entry.snapshot()?.bytesSettled, 300);
  t.is(entry.snapshot()?.current?.position, 200);
  delivered = 950;
  t.is(entry.snapshot()?.bytesSettled, 900);
  t.is(entry.snapshot()?.current?.position, 800);
});

test('an outcome has its summary, its problems and the exit code of the worst', (t) => {
  const said: string[] = [];
  const entry = new BoardEntry(
    () => undefined,
    (line) => said.push(line),
  );
  const settled = [
    { is: 'settled', name: 'a', status: 'stored', text: '', bytes: 1 },
    { is: 'settled', name: 'b', status: 'exists', text: 'a file of this name exists', bytes: 1 },
    { is: 'settled', name: 'c\u0007', status: 'noSpace', text: 'full', bytes: 1 },
    { is: 'settled', name: 'd', status: 'stored', text: 'as d (1)', bytes: 1 },
  ] as const;
  entry.take({
    files: 4,
    bytes: 4,
    filesSettled: 4,
    bytesSettled: 4,
    bytesMoved: 2,
    current: undefined,
    settled,
  });
  t.deepEqual(said, [
    'b: ERR_HAWSER_FILE_EXISTS: a file of this name exists',
    'c\\x07: ERR_HAWSER_FILE_NO_SPACE: full',
    'd: stored: as d (1)',
  ]);
  const result = { counts: { stored: 2, exists: 1, noSpace: 1 }, bytes: 2_000_000 };
  const outcome = outcomeOf({ peer: 'p', result, elapsedMs: 2000, line: undefined }, entry);
  t.is(outcome.exitCode, 4);
  t.deepEqual(
    outcome.problems.map(({ code }) => code),
    ['ERR_HAWSER_FILE_EXISTS', 'ERR_HAWSER_FILE_NO_SPACE'],
  );
  t.is(
    summaryLine(outcome),
    '2 files stored, 1 refused, the name exists, 1 without space: 2.00 MB in 2.0 s (1.00 MB/s)',
  );
});

test('of names that fail without end the first are kept, and all are said', (t) => {
  let said = 0;
  const entry = new BoardEntry(
    () => undefined,
    () => (said += 1),
  );
  const settled = { is: 'settled', name: 'x', status: 'name', text: 'refused', bytes: 0 } as const;
  const progress = {
    files: 0,
    bytes: 0,
    filesSettled: 0,
    bytesSettled: 0,
    bytesMoved: 0,
    current: undefined,
    settled: Array.from({ length: 11_000 }, () => settled),
  };
  entry.take(progress);
  t.is(entry.problems.length, 10_000);
  t.is(said, 11_000);
});
