import test from 'ava';

import { DgramOutbox } from '#hawser/shared/net/dgram-outbox.js';

import { runOf } from './support/run-of.js';

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');

test('a copy is header and payload in one piece', (t) => {
  const outbox = new DgramOutbox(() => 0);
  const long = 'header-and-a-payload'.repeat(30);
  const run = runOf(['abcdef', long], 3);
  t.is(text(outbox.copy(run, 0)), 'abcdef');
  t.is(text(outbox.copy(run, 1)), long);
});

test('while libuv points at copies, none of them is overwritten', (t) => {
  const outbox = new DgramOutbox(() => 1);
  const first = outbox.copy(runOf(['precious']), 0);
  const filler = runOf(['z'.repeat(60_000)]);
  let copies = 0;
  while (outbox.copy(filler, 0) !== undefined) copies++;
  t.true(copies > 0);
  outbox.recycle();
  t.is(outbox.copy(filler, 0), undefined, 'still full');
  t.is(text(first), 'precious');
});

test('when libuv has let go, the room is used again', (t) => {
  let queued = 1;
  const outbox = new DgramOutbox(() => queued);
  const filler = runOf(['z'.repeat(60_000)]);
  while (outbox.copy(filler, 0) !== undefined);
  queued = 0;
  t.is(text(outbox.copy(runOf(['again']), 0)), 'again');
});

test('any number of small datagrams fits one run', (t) => {
  const outbox = new DgramOutbox(() => 0);
  const run = runOf(['small']);
  for (let at = 0; at < 5000; at++) t.is(text(outbox.copy(run, 0)), 'small');
});
