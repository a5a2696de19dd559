/** Many connections of two endpoints, on real sockets and threads. */
import { randomFillSync } from 'node:crypto';
import test from 'ava';
import type { AsyncConnection } from '#hawser/main/api/async-connection.js';
import {
  anEndpoint,
  CONNECTION,
  echo,
  exchange,
  failureOf,
  LISTEN,
  until,
} from './support/endpoints.js';

function bytesOf(count: number): Buffer {
  return randomFillSync(Buffer.alloc(count));
}

for (const retry of ['never', 'auto', 'always'] as const) {
  test.serial(`a client is served, retry ${retry}`, async (t) => {
    const server = await anEndpoint(t);
    const client = await anEndpoint(t);
    server.listen({ ...LISTEN, retry }, echo);
    const connection = client.connect(server.localAddress, CONNECTION);
    const sent = bytesOf(700_000);
    const received = await exchange(connection, sent);
    t.true(received.equals(sent));
    t.deepEqual(connection.remoteAddress, server.localAddress);
    connection.release();
  });
}

test.serial(
  'a thousand connections between two ports exchange data at the same time',
  async (t) => {
    const server = await anEndpoint(t);
    const client = await anEndpoint(t);
    server.listen(LISTEN, echo);
    const exchanges = Array.from({ length: 1_000 }, async (_, number) => {
      const connection = client.connect(server.localAddress, CONNECTION);
      const sent = bytesOf(2_000 + number);
      const received = await exchange(connection, sent);
      connection.release();
      return received.equals(sent);
    });
    const intact = await Promise.all(exchanges);
    t.true(intact.every(Boolean));
    t.is(client.connectionCount, 0);
  },
);

test.serial('connections one after the other use the same places and memories again', async (t) => {
  // Room for some thirty: the last of them may not have parted yet when the next one comes.
  const limits = { maximumConnections: 64, maximumMemoryBytes: 2 ** 28 };
  const server = await anEndpoint(t, limits);
  const client = await anEndpoint(t, limits);
  server.listen({ ...LISTEN, maximumConnections: 64 }, echo);
  for (let round = 0; round < 150; round++) {
    const connection = client.connect(server.localAddress, CONNECTION);
    const sent = bytesOf(100);
    t.true((await exchange(connection, sent)).equals(sent));
    connection.release();
  }
  t.is(client.connectionCount, 0);
});

test.serial('two endpoints that connect to each other get one connection', async (t) => {
  // The first opening of each is lost, so that both have opened when the second comes.
  const deaf = { impairments: { dropIndices: [1] } };
  const one = await anEndpoint(t, deaf);
  const other = await anEndpoint(t, deaf);
  const there = one.connect(other.localAddress, CONNECTION);
  const back = other.connect(one.localAddress, CONNECTION);
  const [greeting, answer] = [bytesOf(5_000), bytesOf(7_000)];
  const [received, heard] = await Promise.all([exchange(there, greeting), exchange(back, answer)]);
  t.true(received.equals(answer));
  t.true(heard.equals(greeting));
});

test.serial('an endpoint that does not listen refuses', async (t) => {
  const deaf = await anEndpoint(t);
  const client = await anEndpoint(t);
  const connection = client.connect(deaf.localAddress, CONNECTION);
  const failure = await failureOf(connection);
  t.is(failure?.code, 'ERR_HAWSER_REFUSED');
  t.regex(failure?.message ?? '', /it does not listen/);
});

test.serial(
  'one that has stopped to listen refuses newcomers and keeps its connections',
  async (t) => {
    const server = await anEndpoint(t);
    const client = await anEndpoint(t);
    server.listen(LISTEN, echo);
    const early = client.connect(server.localAddress, CONNECTION);
    await until(early, () => early.isOpen);
    server.stopListening();
    const late = client.connect(server.localAddress, CONNECTION);
    t.is((await failureOf(late))?.code, 'ERR_HAWSER_REFUSED');
    const sent = bytesOf(10_000);
    t.true((await exchange(early, sent)).equals(sent));
  },
);

test.serial('while the application takes none, no more than the backlog are let in', async (t) => {
  const server = await anEndpoint(t);
  const client = await anEndpoint(t);
  const backlog = 3;
  server.listen({ ...LISTEN, backlog }, echo);
  const connections = Array.from({ length: 8 }, () =>
    client.connect(server.localAddress, CONNECTION),
  );
  // The event loop that would take them, and empty the backlog, does not turn while we look.
  const isSettled = (connection: AsyncConnection) =>
    connection.isOpen || connection.failure() !== undefined;
  const watch = new Int32Array(new SharedArrayBuffer(4));
  while (!connections.every(isSettled)) Atomics.wait(watch, 0, 0, 1);
  const refused = connections.map((connection) => connection.failure()?.code).filter(Boolean);
  t.deepEqual(new Set(refused), new Set(['ERR_HAWSER_REFUSED']));
  t.is(connections.length - refused.length, backlog);
});

test.serial(
  'beyond its limit of connections a server refuses, and serves again when some have gone',
  async (t) => {
    const server = await anEndpoint(t);
    const client = await anEndpoint(t);
    server.listen({ ...LISTEN, maximumConnections: 3 }, (connection) => {
      void failureOf(connection).then(() => {
        connection.release();
      });
    });
    const connect = () => client.connect(server.localAddress, CONNECTION);
    const first = [connect(), connect(), connect()];
    for (const connection of first) await until(connection, () => connection.isOpen);
    const failure = await failureOf(connect());
    t.is(failure?.code, 'ERR_HAWSER_REFUSED');
    t.regex(failure?.message ?? '', /takes no more connections now/);
    for (const connection of first) connection.release();
    let served: AsyncConnection | undefined;
    while (served === undefined) {
      const next = connect();
      await until(next, () => next.isOpen || next.failure() !== undefined);
      if (next.failure() === undefined) served = next;
      else next.release();
    }
    t.pass();
  },
);

test.serial('an abort reaches the peer as a reset', async (t) => {
  const server = await anEndpoint(t);
  const client = await anEndpoint(t);
  const connection = client.connect(server.localAddress, CONNECTION);
  const accepted = new Promise<AsyncConnection>((resolve) => {
    server.listen(LISTEN, resolve);
  });
  const there = await accepted;
  connection.abort();
  t.is((await failureOf(there))?.code, 'ERR_HAWSER_RESET_BY_PEER');
});

test.serial('an endpoint that closes resets its connections', async (t) => {
  const client = await anEndpoint(t);
  const server = await anEndpoint(t);
  server.listen(LISTEN, echo);
  const { localAddress } = server;
  const connection = client.connect(localAddress, CONNECTION);
  await until(connection, () => connection.isOpen);
  await server.close();
  t.is((await failureOf(connection))?.code, 'ERR_HAWSER_RESET_BY_PEER');
});

test.serial('connecting to nobody ends within the time given', async (t) => {
  const client = await anEndpoint(t, { io: 'dgram' });
  const connection = client.connect(
    { host: '127.0.0.1', port: 9 },
    { ...CONNECTION, connectTimeoutMs: 300 },
  );
  t.is((await failureOf(connection))?.code, 'ERR_HAWSER_CONNECT_TIMEOUT');
});

test.serial('closing an endpoint ends its connections with an error of their own', async (t) => {
  const server = await anEndpoint(t);
  const client = await anEndpoint(t);
  server.listen(LISTEN, echo);
  const connection = client.connect(server.localAddress, CONNECTION);
  await until(connection, () => connection.isOpen);
  let code: string | undefined;
  connection.onNews = () => {
    code = connection.failure()?.code;
  };
  await client.close();
  t.is(code, 'ERR_HAWSER_CLOSED');
  t.throws(() => client.connect(server.localAddress, CONNECTION), { code: 'ERR_HAWSER_CLOSED' });
});
