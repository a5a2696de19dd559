import test from 'ava';
import { ERROR_CODES, HawserError } from '#hawser/shared/errors.js';
import { ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { fail, failureOf, hasFailed } from '#hawser/shared/memory/failure.js';
import { ConnectionWord, FAILURE_TEXT_BYTES } from '#hawser/shared/memory/layout.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';
import { endpointMemory } from './support.js';

test('an endpoint has not failed until somebody says so', (t) => {
  const memory = endpointMemory();
  t.false(hasFailed(memory));
  t.is(failureOf(memory), undefined);
});

test('code and message pass through shared memory', (t) => {
  const memory = endpointMemory();
  const elsewhere = new ConnectionMemory(memory.buffer, TIMER_COUNT);
  t.true(fail(memory, 'ERR_HAWSER_PEER_LOST', 'nothing for 3 s — “gone”'));
  const failure = failureOf(elsewhere);
  t.true(failure instanceof HawserError);
  t.is(failure?.code, 'ERR_HAWSER_PEER_LOST');
  t.is(failure?.message, 'nothing for 3 s — “gone”');
});

test('every code survives the passage', (t) => {
  for (const code of ERROR_CODES) {
    const memory = endpointMemory();
    fail(memory, code, code);
    t.is(failureOf(memory)?.code, code);
  }
});

test('the first failure stays', (t) => {
  const memory = endpointMemory();
  t.true(fail(memory, 'ERR_HAWSER_SOCKET', 'first'));
  t.false(fail(memory, 'ERR_HAWSER_INTERNAL', 'second'));
  t.like(failureOf(memory), { code: 'ERR_HAWSER_SOCKET', message: 'first' });
});

test('a message longer than its room is cut, and the code is right all the same', (t) => {
  const memory = endpointMemory();
  fail(memory, 'ERR_HAWSER_INTERNAL', 'x'.repeat(3 * FAILURE_TEXT_BYTES));
  t.like(failureOf(memory), {
    code: 'ERR_HAWSER_INTERNAL',
    message: 'x'.repeat(FAILURE_TEXT_BYTES),
  });
});

test('a cut never leaves half a character', (t) => {
  const memory = endpointMemory();
  fail(memory, 'ERR_HAWSER_INTERNAL', `x${'€'.repeat(FAILURE_TEXT_BYTES)}`);
  t.regex(failureOf(memory)?.message ?? '', /^x€+$/);
});

test('who lost the race to fail sees that the endpoint has failed, before the text is there', (t) => {
  const memory = endpointMemory();
  // As if another thread had just won and were still writing.
  memory.words[ConnectionWord.failureClaim] = 1;
  t.false(fail(memory, 'ERR_HAWSER_INTERNAL', 'late'));
  t.true(hasFailed(memory));
});
