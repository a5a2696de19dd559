import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import test, { type ExecutionContext } from 'ava';

import { nowMicros } from '#hawser/shared/clock.js';
import { BatchedPort } from '#hawser/shared/net/batched-port.js';
import { selfTest } from '#hawser/shared/net/batched-self-test.js';
import {
  closeBatchedSocket,
  openBatchedSocket,
  type BatchedSocket,
} from '#hawser/shared/net/batched-socket.js';
import type { PortEvents, SocketAddress } from '#hawser/shared/net/datagram-port.js';
import { ERRNO } from '#hawser/shared/net/errno.js';
import { EventBell } from '#hawser/shared/net/event-bell.js';
import { ImpairedPort } from '#hawser/shared/net/impaired-port.js';
import { loadLibc, type Libc } from '#hawser/shared/net/libc.js';

import type { BatchedWorkerTask } from './support/batched-worker.js';
import { runOf, textsOf } from './support/run-of.js';

const PATIENCE_MICROS = 2e6;
/** All that Linux makes of ICMP and ICMPv6 messages. */
const ICMP_ERRORS = [
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENOPROTOOPT',
  'ECONNREFUSED',
  'EMSGSIZE',
  'EOPNOTSUPP',
  'EHOSTDOWN',
  'ENONET',
  'EPROTO',
  'EACCES',
] as const;

/** A batched port whose loop the test turns by hand, on its own thread. */
class HandTurned implements PortEvents {
  readonly socket: BatchedSocket;
  readonly port: BatchedPort;
  readonly bell: EventBell;
  readonly received: string[] = [];
  readonly sources: SocketAddress[] = [];
  readonly batches: { count: number; bytes: number }[] = [];
  readonly unreachable: [SocketAddress, string][] = [];
  wakes = 0;
  onWakeOnce: (() => void) | undefined;
  deadlineMicros = Infinity;

  constructor(libc: Libc, host: string) {
    this.socket = openBatchedSocket(libc, { host, port: 0 });
    const words = new Int32Array(new SharedArrayBuffer(8));
    this.bell = new EventBell(words, 0, 1, libc, this.socket.eventFd);
    this.port = new BatchedPort({ libc, socket: this.socket, bell: this.bell });
  }

  onDatagrams: PortEvents['onDatagrams'] = (batch) => {
    this.batches.push({ count: batch.count, bytes: batch.bytes });
    this.received.push(...textsOf(batch));
    batch.forEach((_bytes, _start, _end, source) => this.sources.push(source));
  };

  onWake(): void {
    this.wakes++;
    this.onWakeOnce?.();
    this.onWakeOnce = undefined;
  }

  onUnreachable(destination: SocketAddress, code: string): void {
    this.unreachable.push([destination, code]);
  }

  nextDeadlineMicros(): number {
    return this.deadlineMicros;
  }

  turnUntil(done: () => boolean): void {
    const end = nowMicros() + PATIENCE_MICROS;
    while (!done() && nowMicros() < end) this.port.turn(this, 10_000);
  }

  close(): void {
    closeBatchedSocket(this.socket);
  }
}

async function pairOn(t: ExecutionContext, host: string, otherHost = host) {
  const libc = await loadLibc();
  const ports = [new HandTurned(libc, host), new HandTurned(libc, otherHost)];
  t.teardown(() => {
    for (const port of ports) port.close();
  });
  return ports;
}

function newThread(task: BatchedWorkerTask): Worker {
  return new Worker(new URL('support/batched-worker.js', import.meta.url), { workerData: task });
}

/** A thread that runs the loop of a socket, and its words: bell, asleep, stop, wake-ups. */
async function echoThread(t: ExecutionContext) {
  const libc = await loadLibc();
  const socket = openBatchedSocket(libc, { host: '127.0.0.1', port: 0 });
  t.teardown(() => {
    closeBatchedSocket(socket);
  });
  const words = new Int32Array(new SharedArrayBuffer(16));
  const bell = new EventBell(words, 0, 1, libc, socket.eventFd);
  const worker = newThread({ socket, words });
  await once(worker, 'message');
  return { socket, words, bell, worker };
}

const refusal = await selfTest();

if (refusal !== undefined) {
  test('where the batched port cannot be used, it says why in one line', (t) => {
    t.regex(refusal, /^[^\n]+$/);
  });
} else {
  for (const host of ['127.0.0.1', '::1']) {
    test(`a long run crosses between two ports on ${host} in few messages`, async (t) => {
      const [from, to] = await pairOn(t, host);
      const texts = Array.from({ length: 300 }, (_, index) => `${index}`.padEnd(1000, '-'));
      from.port.send(runOf(texts), to.port.localAddress);
      to.turnUntil(() => to.received.length >= texts.length);
      t.deepEqual(to.received, texts);
      t.deepEqual(to.sources[299], from.port.localAddress);
      const counted = to.batches.reduce((sum, { count }) => sum + count, 0);
      const bytes = to.batches.reduce((sum, batch) => sum + batch.bytes, 0);
      t.deepEqual([counted, bytes], [300, 300_000]);
      t.true(to.batches.length < 30, `${to.batches.length} batches`);
    });
  }

  test('datagrams of every length cross, the empty one too', async (t) => {
    const [from, to] = await pairOn(t, '127.0.0.1');
    const texts = [0, 1, 7, 8, 1472, 1472, 1471, 9000, 65507, 0].map((length) =>
      'y'.repeat(length),
    );
    from.port.send(runOf(texts), to.port.localAddress);
    to.turnUntil(() => to.received.length >= texts.length);
    t.deepEqual(
      to.received.map((text) => text.length),
      texts.map((text) => text.length),
    );
  });

  test('an IPv4 peer of a dual-stack socket is seen and reached under its IPv4 address', async (t) => {
    const [dual, plain] = await pairOn(t, '::', '127.0.0.1');
    plain.port.send(runOf(['ping']), { host: '127.0.0.1', port: dual.port.localAddress.port });
    dual.turnUntil(() => dual.received.length > 0);
    t.deepEqual(dual.sources, [plain.port.localAddress]);
    dual.port.send(runOf(['pong']), dual.sources[0]);
    plain.turnUntil(() => plain.received.length > 0);
    t.deepEqual(plain.received, ['pong']);
  });

  test('many senders are told apart', async (t) => {
    const [to, first] = await pairOn(t, '127.0.0.1');
    const [second, third] = await pairOn(t, '127.0.0.1');
    const senders = [first, second, third, second, first];
    for (const sender of senders) sender.port.send(runOf(['hello']), to.port.localAddress);
    to.turnUntil(() => to.received.length >= senders.length);
    t.deepEqual(
      to.sources,
      senders.map(({ port }) => port.localAddress),
    );
  });

  test('the simulated link goes over the batched port too', async (t) => {
    const [from, to] = await pairOn(t, '127.0.0.1');
    const link = new ImpairedPort(from.port, { impairments: { dropIndices: [2] } });
    link.send(runOf(['one', 'two', 'three']), to.port.localAddress);
    to.turnUntil(() => to.received.length >= 2);
    t.deepEqual(to.received, ['one', 'three']);
  });

  for (const host of ['127.0.0.1', '::1']) {
    test(`a refused datagram on ${host} is reported, and costs no other`, async (t) => {
      const [from, to] = await pairOn(t, host);
      const gone = new HandTurned(await loadLibc(), host);
      gone.close();
      from.port.send(runOf(['nobody there']), gone.port.localAddress);
      from.port.send(runOf(['somebody there']), to.port.localAddress);
      to.turnUntil(() => to.received.length > 0);
      from.turnUntil(() => from.unreachable.length > 0);
      t.deepEqual(to.received, ['somebody there']);
      t.deepEqual(from.unreachable, [[gone.port.localAddress, 'ECONNREFUSED']]);
      t.is(from.port.sendFailures, 0);
    });
  }

  test('the loop outlives whatever ICMP may say', async (t) => {
    const kernel = await loadLibc();
    for (const error of ICMP_ERRORS) {
      const libc = { ...kernel, recvmmsg: () => -1, errno: () => ERRNO[error] };
      const port = new HandTurned(libc, '127.0.0.1');
      t.notThrows(() => {
        port.port.turn(port, 0);
      }, error);
      port.close();
    }
  });

  test('a datagram larger than IP allows is counted, not thrown', async (t) => {
    const [from, to] = await pairOn(t, '127.0.0.1');
    from.port.send(runOf(['x'.repeat(65508), 'small']), to.port.localAddress);
    to.turnUntil(() => to.received.length > 0);
    t.deepEqual(to.received, ['small']);
    t.is(from.port.sendFailures, 1);
    t.is(from.port.lastSendFailure, 'EMSGSIZE');
    for (let turn = 0; turn < 3; turn++) from.port.turn(from, 1000);
    t.deepEqual(from.unreachable, [], 'and nobody is taken for gone because of it');
  });

  test('a ring after the state was looked at keeps the loop from sleeping', async (t) => {
    const [port] = await pairOn(t, '127.0.0.1');
    const forEver = 1e12;
    port.onWakeOnce = () => {
      port.bell.ring();
    };
    port.port.turn(port, forEver);
    t.is(port.wakes, 1);
    port.port.turn(port, 0);
    t.is(port.wakes, 2, 'the ring is answered');
    port.port.turn(port, 0);
    t.is(port.wakes, 2, 'but once');
  });

  test('a deadline ends the sleep', async (t) => {
    const [port] = await pairOn(t, '127.0.0.1');
    port.port.turn(port, 0);
    const before = port.wakes;
    port.deadlineMicros = nowMicros() + 3000;
    while (port.wakes === before) port.port.turn(port, 1e9);
    t.true(nowMicros() >= port.deadlineMicros);
  });

  test('any thread sends on the descriptor', async (t) => {
    const [from, to] = await pairOn(t, '127.0.0.1');
    const words = new Int32Array(new SharedArrayBuffer(16));
    const worker = newThread({ socket: from.socket, words, sendTo: to.port.localAddress });
    await once(worker, 'exit');
    to.turnUntil(() => to.received.length > 0);
    t.deepEqual(to.received, ['from another thread']);
    t.deepEqual(to.sources, [from.port.localAddress]);
  });

  test('a loop asleep in the kernel is woken by a ring from another thread', async (t) => {
    const { words, bell, worker } = await echoThread(t);
    for (let ring = 1; ring <= 50; ring++) {
      const before = Atomics.load(words, 3);
      bell.ring();
      t.not(Atomics.wait(words, 3, before, 5000), 'timed-out', `ring ${ring}`);
    }
    Atomics.store(words, 2, 1);
    bell.ring();
    // Both events may come in one turn: listen for both before waiting for either.
    const [done] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    t.deepEqual(done, ['done']);
  });

  test('a loop answers datagrams while it runs', async (t) => {
    const { socket, words, bell, worker } = await echoThread(t);
    const [client] = await pairOn(t, '127.0.0.1');
    client.port.send(runOf(['echo', 'this!']), socket.localAddress);
    client.turnUntil(() => client.received.length >= 2);
    t.deepEqual(client.received, ['echo', 'this!']);
    Atomics.store(words, 2, 1);
    bell.ring();
    await once(worker, 'exit');
  });

  test('a thread that runs the loop can be terminated', async (t) => {
    const { worker } = await echoThread(t);
    t.is(await worker.terminate(), 1);
  });

  test('an address in use is refused by name, an odd one as invalid', async (t) => {
    const libc = await loadLibc();
    const [taken] = await pairOn(t, '127.0.0.1');
    const { host, port } = taken.port.localAddress;
    t.throws(() => openBatchedSocket(libc, { host, port }), {
      code: 'ERR_HAWSER_ADDRESS_IN_USE',
      message: new RegExp(`127.0.0.1:${port}`),
    });
    for (const address of [
      { host: 'localhost', port: 0 },
      { host: '192.0.2.1', port: 0 },
    ]) {
      t.throws(() => openBatchedSocket(libc, address), { code: 'ERR_HAWSER_ADDRESS_INVALID' });
    }
  });

  test('a closed port ends its loop, sends nothing and closes twice', async (t) => {
    const [from, to] = await pairOn(t, '127.0.0.1');
    await from.port.close();
    await from.port.close();
    await t.throwsAsync(
      from.port.run(from, () => false),
      { code: 'ERR_HAWSER_CLOSED' },
    );
    from.port.send(runOf(['into the void']), to.port.localAddress);
    to.port.turn(to, 0);
    t.deepEqual(to.received, []);
  });

  test('a socket closed under the loop ends it with an error', async (t) => {
    const libc = await loadLibc();
    const port = new HandTurned(libc, '127.0.0.1');
    // A number that is no descriptor: a closed one could be given out again to another test.
    const socket = { ...port.socket, socketFd: 2 ** 20 };
    const broken = new BatchedPort({ libc, socket, bell: port.bell });
    await t.throwsAsync(
      broken.run(port, () => false),
      { code: 'ERR_HAWSER_SOCKET', message: /EBADF/ },
    );
    port.close();
  });
}
