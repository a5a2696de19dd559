import test from 'ava';
import { Condition } from '#hawser/shared/memory/condition.js';
import { Mutex } from '#hawser/shared/memory/mutex.js';
import { sharedWords } from './support.js';

const LOCK = 0;
const SEQUENCE = 1;
const WAITERS = 2;

function conditionOn(words = sharedWords(3)) {
  const mutex = new Mutex<'test'>(words, LOCK);
  return { words, mutex, condition: new Condition<'test'>(words, SEQUENCE, WAITERS, mutex) };
}

test('a predicate that holds already costs no sleep and no unlock', (t) => {
  const { words, mutex, condition } = conditionOn();
  const held = mutex.lock();
  let looks = 0;
  condition.waitFor(held, () => ++looks === 1);
  t.is(looks, 1);
  t.is(words[WAITERS], 0);
  t.is(mutex.tryLock(), undefined);
});

test('the predicate is looked at with the mutex held, again after each sleep', (t) => {
  const { words, mutex, condition } = conditionOn();
  const held = mutex.lock();
  const seenHeld: boolean[] = [];
  condition.waitFor(held, () => seenHeld.push(mutex.tryLock() === undefined) === 4, 0);
  t.deepEqual(seenHeld, [true, true, true, true]);
  t.is(words[WAITERS], 0);
});

test('the mutex is free while the waiter sleeps', (t) => {
  const { words, mutex, condition } = conditionOn();
  const held = mutex.lock();
  const unlock = mutex.unlock.bind(mutex);
  let stateInBetween = -1;
  mutex.unlock = (token) => {
    unlock(token);
    stateInBetween = words[LOCK];
  };
  let looks = 0;
  condition.waitFor(held, () => ++looks === 2, 0);
  t.is(stateInBetween, 0);
  t.is(words[LOCK], 1);
});

test('a broadcast between the unlock and the sleep ends the sleep before it begins', (t) => {
  const { words, mutex, condition } = conditionOn();
  const other = conditionOn(words);
  let ready = false;
  const unlock = mutex.unlock.bind(mutex);
  mutex.unlock = (token) => {
    unlock(token);
    // What another thread does at the worst moment; without the sequence this would sleep for ever.
    other.mutex.hold((held) => {
      ready = true;
      other.condition.broadcast(held);
    });
  };
  const held = mutex.lock();
  condition.waitFor(held, () => ready);
  t.is(words[WAITERS], 0);
});

test('a broadcast without a waiter leaves no trace', (t) => {
  const { words, mutex, condition } = conditionOn();
  mutex.hold((held) => {
    condition.broadcast(held);
  });
  t.deepEqual([...words], [0, 0, 0]);
});

test('a sleep that is cut short by its time-out is counted out again', (t) => {
  const { words, mutex, condition } = conditionOn();
  const held = mutex.lock();
  let looks = 0;
  condition.waitFor(held, () => ++looks === 20, 0.01);
  t.is(words[WAITERS], 0);
  t.is(words[LOCK], 1);
});
