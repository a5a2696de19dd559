import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { DirectoryStore } from '#hawser/shared/course/directory-store.js';
import { DiskSource } from '#hawser/shared/course/disk-source.js';

function directory(t: { teardown: (action: () => void) => void }): string {
  const path = mkdtempSync(join(tmpdir(), 'hawser-course-'));
  t.teardown(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

test('a file has its name only once it is whole, and nothing is left beside it', (t) => {
  const path = directory(t);
  const sink = new DirectoryStore(path).create('a.txt');
  sink.write(Buffer.from('one '));
  t.false(readdirSync(path).includes('a.txt'));
  sink.write(Buffer.from('two'));
  t.is(sink.keep(), 'a.txt');
  t.deepEqual(readdirSync(path), ['a.txt']);
  t.is(readFileSync(join(path, 'a.txt'), 'utf8'), 'one two');
});

test('what is discarded leaves nothing', (t) => {
  const path = directory(t);
  const sink = new DirectoryStore(path).create('a.txt');
  sink.write(Buffer.from('one'));
  sink.discard();
  sink.discard();
  t.deepEqual(readdirSync(path), []);
});

test('what is there is never overwritten, even if it came while the file was on its way', (t) => {
  const path = directory(t);
  const store = new DirectoryStore(path);
  const sink = store.create('a.txt');
  sink.write(Buffer.from('later'));
  writeFileSync(join(path, 'a.txt'), 'earlier');
  t.throws(() => store.create('a.txt'), { code: 'ERR_HAWSER_FILE_EXISTS' });
  t.throws(() => sink.keep(), { code: 'ERR_HAWSER_FILE_EXISTS' });
  sink.discard();
  t.is(readFileSync(join(path, 'a.txt'), 'utf8'), 'earlier');
  t.deepEqual(readdirSync(path), ['a.txt']);
});

for (const name of [
  '',
  '.',
  '..',
  '../a',
  '/etc/passwd',
  'a/b',
  'a\\b',
  'a\u0000b',
  'x'.repeat(256),
]) {
  test(`the name ${JSON.stringify(name.slice(0, 20))} is refused`, (t) => {
    const path = directory(t);
    t.throws(() => new DirectoryStore(path).create(name), { code: 'ERR_HAWSER_FILE_NAME' });
    t.deepEqual(readdirSync(path), []);
  });
}

test('a directory that is not there is told as what it is', (t) => {
  const store = new DirectoryStore(join(directory(t), 'missing'));
  t.throws(() => store.create('a'), { message: /cannot write "a": it is not there \(ENOENT\)/ });
});

test('a source that became shorter is noticed; one that is no file is not read', (t) => {
  const path = directory(t);
  const file = join(path, 'a.txt');
  writeFileSync(file, '0123456789');
  const source = new DiskSource(file);
  t.is(source.name, 'a.txt');
  t.is(source.sizeBytes, 10);
  t.is(Buffer.from(source.read(2, 5)).toString(), '234');
  truncateSync(file, 4);
  t.throws(() => source.read(2, 5), { code: 'ERR_HAWSER_FILE_CHANGED' });
  source.close();
  t.throws(() => new DiskSource(path), { code: 'ERR_HAWSER_FILE_UNREADABLE' });
  t.throws(() => new DiskSource(join(path, 'none')), { code: 'ERR_HAWSER_FILE_UNREADABLE' });
});

test('a named pipe is no file, and nobody waits for its other end', (t) => {
  const pipe = join(directory(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  t.throws(() => new DiskSource(pipe), { code: 'ERR_HAWSER_FILE_UNREADABLE' });
});
