import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import test from 'ava';

import { nowMicros } from '#hawser/shared/clock.js';
import { HawserError } from '#hawser/shared/errors.js';
import { openDgramPort } from '#hawser/shared/net/dgram-port.js';

import { newBell, PortUser } from './support/port-user.js';
import { runOf } from './support/run-of.js';

async function pairOn(host: string) {
  const bells = [newBell(), newBell()];
  const ports = await Promise.all(bells.map((bell) => openDgramPort({ host, port: 0, bell })));
  const users = ports.map((port, at) => {
    return new PortUser(port, () => {
      bells[at].ring();
    });
  });
  const stop = async () => {
    await Promise.all(users.map((user) => user.stop()));
    await Promise.all(ports.map((port) => port.close()));
  };
  return { bells, ports, users, stop };
}

for (const host of ['127.0.0.1', '::1']) {
  test(`datagrams cross between two ports on ${host}, with their source`, async (t) => {
    const { ports, users, stop } = await pairOn(host);
    ports[0].send(runOf(['one', 'two plus', '']), ports[1].localAddress);
    await users[1].until(3);
    t.deepEqual(users[1].received, ['one', 'two plus', '']);
    t.deepEqual(users[1].sources[0], ports[0].localAddress);
    await stop();
  });
}

test('what the kernel would cut for an Ethernet is refused, but not on loopback', async (t) => {
  const { ports, users, stop } = await pairOn('127.0.0.1');
  const large = 'x'.repeat(9000);
  ports[0].send(runOf([large]), ports[1].localAddress);
  await users[1].until(1);
  t.deepEqual(users[1].received, [large]);
  t.is(ports[0].takeRefusedBytes(), Infinity);
  ports[0].send(runOf([large, 'y'.repeat(1473)]), { host: '192.0.2.1', port: 9 });
  t.is(ports[0].takeRefusedBytes(), 1473);
  t.is(ports[0].takeRefusedBytes(), Infinity);
  await stop();
});

test('an IPv4 peer of a dual-stack socket is seen and reached under its IPv4 address', async (t) => {
  const bell = newBell();
  const dual = await openDgramPort({ host: '::', port: 0, bell });
  const user = new PortUser(dual, () => {
    bell.ring();
  });
  const { ports, users, stop } = await pairOn('127.0.0.1');
  ports[0].send(runOf(['ping']), { host: '127.0.0.1', port: dual.localAddress.port });
  await user.until(1);
  t.deepEqual(user.sources, [ports[0].localAddress]);
  dual.send(runOf(['pong']), ports[0].localAddress);
  await users[0].until(1);
  t.deepEqual(users[0].received, ['pong']);
  await user.stop();
  await dual.close();
  await stop();
});

test('what is sent are the bytes at the time of the call', async (t) => {
  const { ports, users, stop } = await pairOn('127.0.0.1');
  const texts = Array.from({ length: 200 }, (_, index) => `${index} `.padEnd(300, 'before'));
  const run = runOf(texts);
  ports[0].send(run, ports[1].localAddress);
  run.memory.fill(0);
  await users[1].until(texts.length);
  t.deepEqual(users[1].received, texts);
  await stop();
});

test('a bell that never stops ringing does not keep datagrams from coming in', async (t) => {
  const { bells, ports, users, stop } = await pairOn('127.0.0.1');
  users[1].onWake = () => {
    bells[1].ring();
  };
  ports[0].send(runOf(['through the storm']), ports[1].localAddress);
  await users[1].until(1);
  t.deepEqual(users[1].received, ['through the storm']);
  await stop();
});

test('what arrives in one turn of the loop comes as one batch', async (t) => {
  const { ports, users, stop } = await pairOn('127.0.0.1');
  const texts = Array.from({ length: 20 }, (_, index) => `datagram ${index}`);
  ports[0].send(runOf(texts), ports[1].localAddress);
  await users[1].until(20);
  t.deepEqual(users[1].batchSizes, [20]);
  await stop();
});

test('what arrives before the loop runs waits for it', async (t) => {
  const bell = newBell();
  const port = await openDgramPort({ host: '127.0.0.1', port: 0, bell });
  const sender = createSocket('udp4');
  await new Promise((resolve) => {
    sender.send('early', port.localAddress.port, '127.0.0.1', resolve);
  });
  await new Promise(setImmediate);
  const user = new PortUser(port, () => {
    bell.ring();
  });
  await user.until(1);
  t.deepEqual(user.received, ['early']);
  await user.stop();
  await port.close();
  sender.close();
  await once(sender, 'close');
});

test('a ring of the bell wakes the loop', async (t) => {
  const { bells, users, stop } = await pairOn('127.0.0.1');
  await new Promise<void>((resolve) => {
    users[0].onWake = resolve;
    bells[0].ring();
  });
  t.true(users[0].wakes >= 1);
  await stop();
});

test('a deadline wakes the loop, never early, and may move while it waits', async (t) => {
  const { bells, users, stop } = await pairOn('127.0.0.1');
  const deadline = nowMicros() + 3_000;
  await new Promise<void>((resolve) => {
    users[0].onWake = () => {
      if (nowMicros() < deadline) users[0].deadlineMicros = deadline;
      else resolve();
    };
    bells[0].ring();
  });
  users[0].deadlineMicros = Infinity;
  t.true(nowMicros() >= deadline);
  await stop();
});

test('an address in use is refused by name', async (t) => {
  const { ports, stop } = await pairOn('127.0.0.1');
  const { port } = ports[0].localAddress;
  const error = await t.throwsAsync(openDgramPort({ host: '127.0.0.1', port, bell: newBell() }), {
    instanceOf: HawserError,
    code: 'ERR_HAWSER_ADDRESS_IN_USE',
  });
  t.true(error.message.includes(`127.0.0.1:${port}`));
  await stop();
});

for (const [host, port] of [
  ['example.invalid', 1],
  ['192.0.2.1', 0],
  ['127.0.0.1', 65536],
  ['', 0],
] as const) {
  test(`the address "${host}":${port} is refused as invalid`, async (t) => {
    await t.throwsAsync(openDgramPort({ host, port, bell: newBell() }), {
      instanceOf: HawserError,
      code: 'ERR_HAWSER_ADDRESS_INVALID',
    });
  });
}

test('a datagram the system refuses is counted, not thrown', async (t) => {
  const { ports, users, stop } = await pairOn('127.0.0.1');
  ports[0].send(runOf(['nobody']), { host: '127.0.0.1', port: 0 });
  ports[0].send(runOf(['x'.repeat(65508)]), ports[1].localAddress);
  ports[0].send(runOf(['other family']), { host: '::1', port: 9 });
  ports[0].send(runOf(['last']), ports[1].localAddress);
  await users[1].until(1);
  t.deepEqual(users[1].received, ['last']);
  t.is(ports[0].sendFailures, 3);
  t.true(ports[0].lastSendFailure instanceof Error);
  await stop();
});

test('an error thrown by a callback ends the loop with it', async (t) => {
  for (const callback of ['onDatagrams', 'onWake'] as const) {
    const { bells, ports, users } = await pairOn('127.0.0.1');
    const thrown = new Error(`thrown by ${callback}`);
    users[1][callback] = () => {
      throw thrown;
    };
    ports[0].send(runOf(['bait']), ports[1].localAddress);
    if (callback === 'onWake') bells[1].ring();
    t.is(await t.throwsAsync(users[1].finished), thrown);
    await users[0].stop();
    await Promise.all(ports.map((port) => port.close()));
  }
});

test('closing a running port ends its loop with an error, closing twice is harmless', async (t) => {
  const bell = newBell();
  const port = await openDgramPort({ host: '127.0.0.1', port: 0, bell });
  const user = new PortUser(port, () => {
    bell.ring();
  });
  await port.close();
  await t.throwsAsync(user.finished, { code: 'ERR_HAWSER_CLOSED' });
  await port.close();
  const late = new PortUser(port, () => {
    bell.ring();
  });
  await t.throwsAsync(late.finished, { code: 'ERR_HAWSER_CLOSED' });
  t.notThrows(() => {
    port.send(runOf(['into the void']), { host: '127.0.0.1', port: 9 });
  });
});

test('one loop at a time runs on a port', async (t) => {
  const { ports, stop } = await pairOn('127.0.0.1');
  const second = new PortUser(ports[0], () => undefined);
  await t.throwsAsync(second.finished, { code: 'ERR_HAWSER_INTERNAL' });
  await stop();
});
