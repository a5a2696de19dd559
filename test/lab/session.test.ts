import test from 'ava';
import { session } from '#hawser/lab/index.js';
import * as failing from './programs/failing.js';

test('a session says who can do what next', (t) => {
  const run = session(failing.assertion);
  t.deepEqual(run.enabled(), [
    { thread: 'a', operation: 'load', word: 'counter' },
    { thread: 'b', operation: 'load', word: 'counter' },
  ]);
});

test('stepping by hand leads into the lost update', (t) => {
  const run = session(failing.assertion);
  for (const thread of ['a', 'b', 'a']) t.is(run.step(thread).failure, undefined);
  const { failure, outcome, memory } = run.step('b');
  t.is(failure?.kind, 'assertion');
  t.is(outcome, 'counter 1');
  t.deepEqual(memory, [{ word: 'counter', value: 1 }]);
  t.deepEqual(run.enabled(), []);
});

test('undo goes back step by step, and another way can be taken from there', (t) => {
  const run = session(failing.assertion);
  for (const thread of ['a', 'b', 'a', 'b']) run.step(thread);
  t.true(run.undo());
  t.true(run.undo());
  t.true(run.undo());
  t.is(run.state().steps, 1);
  t.is(run.state().failure, undefined);
  run.step('a');
  run.step('b');
  t.is(run.step('b').outcome, 'counter 2');
  t.deepEqual(
    run.trace().events.map(({ step, thread }) => [step, thread]),
    [
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 1],
    ],
  );
  for (let step = 0; step < 4; step += 1) t.true(run.undo());
  t.false(run.undo());
});

test('sleepers are listed by the word they sleep on, and cannot be stepped', (t) => {
  const run = session(failing.lostWakeUp);
  run.step('sleeper');
  const asleep = run.step('sleeper');
  t.deepEqual(asleep.waiters, [{ word: 'bell', threads: ['sleeper'] }]);
  t.is(asleep.threads[0].status, 'sleeping');
  t.throws(() => run.step('sleeper'), { code: 'ERR_HAWSER_BAD_OPTION' });
  run.step('ringer');
  const woken = run.step('ringer');
  t.deepEqual(woken.waiters, []);
  t.deepEqual(
    woken.threads.map(({ status }) => status),
    ['done', 'done'],
  );
});
