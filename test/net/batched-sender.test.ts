import { fc, testProp } from '@fast-check/ava';
import test from 'ava';

import { BatchedSender } from '#hawser/shared/net/batched-sender.js';
import type { BatchedSocket } from '#hawser/shared/net/batched-socket.js';
import { ERRNO } from '#hawser/shared/net/errno.js';

import { FakeKernel } from './support/fake-kernel.js';
import { runOf } from './support/run-of.js';

const PEER = { host: '192.0.2.7', port: 7 };
const SOCKET: BatchedSocket = {
  socketFd: 3,
  eventFd: 4,
  family: 4,
  localAddress: { host: '192.0.2.1', port: 1 },
  segmentation: true,
};

function senderOn(kernel: FakeKernel, socket = SOCKET): BatchedSender {
  return new BatchedSender(kernel.libc, socket);
}

const equals = (count: number, length = 100) => {
  return Array.from({ length: count }, (_, index) => `${index}:`.padEnd(length, '.'));
};

testProp(
  'whatever the lengths, the kernel cuts out exactly the datagrams of the run',
  [
    fc.array(fc.oneof(fc.constantFrom(0, 1, 64, 1472, 1472, 1472), fc.nat(3000)), {
      maxLength: 150,
    }),
    fc.nat(20),
  ],
  (t, lengths, headerLength) => {
    const kernel = new FakeKernel();
    const texts = lengths.map((length, index) => `${index}`.padEnd(length, 'x').slice(0, length));
    senderOn(kernel).send(runOf(texts, headerLength), PEER);
    t.deepEqual(kernel.datagrams, texts);
    t.true(kernel.segments.every((segments) => segments <= 64));
  },
);

test('datagrams of equal length travel as one message, up to 64 of them', (t) => {
  const kernel = new FakeKernel();
  senderOn(kernel).send(runOf(equals(100)), PEER);
  t.deepEqual(kernel.segments, [64, 36]);
});

test('a message carries no more bytes than IP allows', (t) => {
  const kernel = new FakeKernel();
  senderOn(kernel).send(runOf(equals(50, 1472)), PEER);
  t.deepEqual(kernel.segments, [44, 6]);
});

test('a shorter datagram ends a message, a longer or empty one begins the next', (t) => {
  const kernel = new FakeKernel();
  senderOn(kernel).send(runOf(['aaaa', 'bbbb', 'cc', 'dddd', 'eeeeee', '', 'ffff'], 2), PEER);
  t.deepEqual(kernel.segments, [3, 1, 1, 1, 1]);
});

test('without segmentation every datagram is a message', (t) => {
  const kernel = new FakeKernel();
  senderOn(kernel, { ...SOCKET, segmentation: false }).send(runOf(equals(40)), PEER);
  t.deepEqual(kernel.segments, new Array(40).fill(1));
  t.deepEqual(kernel.datagrams, equals(40));
});

for (const error of ['EIO', 'EINVAL', 'EMSGSIZE', 'EOPNOTSUPP'] as const) {
  test(`when the kernel refuses to cut with ${error}, datagrams go one by one and none is lost`, (t) => {
    const kernel = new FakeKernel();
    kernel.refusesToCut = ERRNO[error];
    const sender = senderOn(kernel);
    const texts = ['odd one', ...equals(100)];
    sender.send(runOf(texts), PEER);
    t.deepEqual(kernel.datagrams, texts);
    t.is(sender.failures, 0);
  });
}

test('what is too long for the first link is told once, by its length', (t) => {
  const kernel = new FakeKernel();
  const sender = senderOn(kernel);
  const tooLong = { error: ERRNO.EMSGSIZE };
  kernel.script.push({ takes: 1 }, tooLong, tooLong, tooLong);
  sender.send(runOf(['a', 'x'.repeat(1400), 'y'.repeat(1500)]), PEER);
  t.is(sender.takeRefusedBytes(), 1400);
  t.is(sender.takeRefusedBytes(), Infinity);
  t.deepEqual(kernel.datagrams, ['a', 'y'.repeat(1500)]);
});

test('what is too long to cut is remembered, what is shorter still travels together', (t) => {
  const kernel = new FakeKernel();
  const sender = senderOn(kernel);
  const tooLong = { error: ERRNO.EMSGSIZE };
  kernel.script.push(tooLong, tooLong, tooLong);
  sender.send(runOf(equals(3, 2000)), PEER);
  sender.send(runOf(equals(3, 2000)), PEER);
  sender.send(runOf(equals(3, 1999)), PEER);
  t.deepEqual(kernel.segments, [1, 1, 1, 1, 1, 1, 3]);
});

for (const error of ['EMSGSIZE', 'EOPNOTSUPP'] as const) {
  test(`${error} of an earlier datagram does not keep the next ones from travelling together`, (t) => {
    const kernel = new FakeKernel();
    kernel.script.push({ error: ERRNO[error] });
    senderOn(kernel).send(runOf(equals(3, 2000)), PEER);
    t.deepEqual(kernel.segments, [3]);
  });
}

test('a partial send goes on where the kernel stopped', (t) => {
  const kernel = new FakeKernel();
  const texts = ['a', 'bb', 'ccc', 'dddd', 'eeeee'];
  kernel.script.push({ takes: 2 }, { takes: 1 });
  senderOn(kernel).send(runOf(texts), PEER);
  t.deepEqual(kernel.datagrams, texts);
});

test('a pending refusal, an interruption and a full buffer cost no datagram', (t) => {
  for (const error of [ERRNO.ECONNREFUSED, ERRNO.EINTR, ERRNO.EAGAIN, ERRNO.ENOBUFS]) {
    const kernel = new FakeKernel();
    const sender = senderOn(kernel);
    kernel.script.push({ takes: 1 }, { error });
    sender.send(runOf(['a', 'bb', 'ccc']), PEER);
    t.deepEqual(kernel.datagrams, ['a', 'bb', 'ccc']);
    t.is(sender.failures, 0);
  }
});

test('a buffer that stays full drops the tail of the run after a bounded wait', (t) => {
  const kernel = new FakeKernel();
  const sender = senderOn(kernel);
  const full = { error: ERRNO.EAGAIN };
  kernel.script.push({ takes: 1 }, full, full, full);
  sender.send(runOf(['a', 'bb', 'ccc']), PEER);
  t.deepEqual(kernel.datagrams, ['a']);
  t.is(sender.failures, 2);
  t.is(sender.lastFailure, 'EAGAIN');
  t.is(kernel.waits, 2);
});

test('a datagram the kernel refuses is counted and the others go', (t) => {
  const kernel = new FakeKernel();
  const sender = senderOn(kernel);
  kernel.script.push({ takes: 1 }, { error: ERRNO.EINVAL });
  sender.send(runOf(['a', 'bb', 'ccc']), PEER);
  t.deepEqual(kernel.datagrams, ['a', 'ccc']);
  t.is(sender.failures, 1);
  t.is(sender.lastFailure, 'EINVAL');
});

test('a destination that cannot be is counted as a failure', (t) => {
  const kernel = new FakeKernel();
  const sender = senderOn(kernel);
  sender.send(runOf(['a', 'bb']), { host: '::1', port: 1 });
  sender.send(runOf(['c']), { host: '192.0.2.7', port: 0 });
  t.deepEqual(kernel.datagrams, []);
  t.is(sender.failures, 3);
  t.is(sender.lastFailure, 'EINVAL');
});

test('a refusal that was not about cutting changes nothing for later runs', (t) => {
  const kernel = new FakeKernel();
  const sender = senderOn(kernel);
  const invalid = { error: ERRNO.EINVAL };
  kernel.script.push(invalid, invalid, invalid);
  sender.send(runOf(['aa', 'bb']), PEER);
  t.is(sender.failures, 2);
  sender.send(runOf(['aa', 'bb']), PEER);
  t.deepEqual(kernel.segments, [2]);
});

test('what one path cannot cut, another may', (t) => {
  const kernel = new FakeKernel();
  const sender = senderOn(kernel);
  kernel.script.push({ error: ERRNO.EIO });
  sender.send(runOf(['aa', 'bb']), PEER);
  sender.send(runOf(['aa', 'bb']), { host: '192.0.2.8', port: 8 });
  sender.send(runOf(['aa', 'bb']), PEER);
  t.deepEqual(kernel.segments, [1, 1, 2, 1, 1]);
});

test('runs over several memories are told apart', (t) => {
  const kernel = new FakeKernel();
  const sender = senderOn(kernel);
  const runs = ['one', 'two', 'one again'].map((text) => runOf([text]));
  for (const run of [...runs, runs[0]]) sender.send(run, PEER);
  t.deepEqual(kernel.datagrams, ['one', 'two', 'one again', 'one']);
});
