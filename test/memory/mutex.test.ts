import test from 'ava';
import { Mutex } from '#hawser/shared/memory/mutex.js';
import { sharedWords } from './support.js';

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

function mutexOn(words = sharedWords(1)) {
  return { words, mutex: new Mutex<'test'>(words, 0) };
}

test('a mutex is free in zeroed memory', (t) => {
  const { words, mutex } = mutexOn();
  t.truthy(mutex.tryLock());
  t.is(words[0], HELD);
});

test('lock takes it, unlock gives it back', (t) => {
  const { words, mutex } = mutexOn();
  for (let round = 0; round < 3; round++) {
    const held = mutex.lock();
    t.is(words[0], HELD);
    mutex.unlock(held);
    t.is(words[0], FREE);
  }
});

test('tryLock of a held mutex gives nothing, and leaves it as it is', (t) => {
  const { words, mutex } = mutexOn();
  const held = mutex.lock();
  t.is(mutex.tryLock(), undefined);
  t.is(words[0], HELD);
  mutex.unlock(held);
  t.truthy(mutex.tryLock());
});

test('tryLock of a contended mutex does not forget that somebody waits', (t) => {
  const { words, mutex } = mutexOn();
  mutex.lock();
  words[0] = CONTENDED;
  t.is(mutex.tryLock(), undefined);
  t.is(words[0], CONTENDED);
});

test('two views of one word are one mutex', (t) => {
  const { words, mutex } = mutexOn();
  const other = mutexOn(words).mutex;
  const held = mutex.lock();
  t.is(other.tryLock(), undefined);
  mutex.unlock(held);
  t.truthy(other.tryLock());
});

test('unlock of a contended mutex frees it and wakes one sleeper', async (t) => {
  const { words, mutex } = mutexOn();
  const held = mutex.lock();
  words[0] = CONTENDED;
  const sleepers = [0, 1].map(async () => Atomics.waitAsync(words, 0, CONTENDED).value);
  mutex.unlock(held);
  t.is(words[0], FREE);
  t.is(await Promise.race(sleepers), 'ok');
  t.is(Atomics.notify(words, 0), 1, 'the other one still sleeps');
});

test('a body that throws leaves the mutex free', (t) => {
  const { words, mutex } = mutexOn();
  t.throws(
    () => {
      mutex.hold(() => {
        t.is(words[0], HELD);
        throw new Error('in the middle');
      });
    },
    { message: 'in the middle' },
  );
  t.is(words[0], FREE);
});

test('hold passes on what its body returns', (t) => {
  const { mutex } = mutexOn();
  t.is(
    mutex.hold(() => 41),
    41,
  );
});
