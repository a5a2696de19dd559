/** A peer whose address changes while data is under way. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { randomFillSync } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { AsyncConnection } from '#hawser/main/api/async-connection.js';
import { anEndpoint, CONNECTION, echo, exchange, LISTEN } from './support/endpoints.js';
import { MovingPath } from './support/moving-path.js';

const MOVES = 3;

test.serial('a peer behind a NAT that rebinds is followed, and nothing is lost', async (t) => {
  const server = await anEndpoint(t);
  const client = await anEndpoint(t);
  const path = await MovingPath.to(server.localAddress);
  t.teardown(() => {
    path.close();
  });
  let accepted: AsyncConnection | undefined;
  server.listen(LISTEN, (connection) => {
    accepted = connection;
    echo(connection);
  });
  const connection = client.connect(path.address, CONNECTION);
  const ports: (number | undefined)[] = [];
  for (let round = 0; round < MOVES; round++) {
    await say(connection, randomFillSync(Buffer.alloc(100_000)), t.true.bind(t));
    ports.push(accepted?.remoteAddress.port);
    t.is(accepted?.remoteAddress.port, path.outsidePort);
    await path.move();
  }
  const rest = randomFillSync(Buffer.alloc(100_000));
  t.true((await exchange(connection, rest)).equals(rest));
  t.is(new Set(ports).size, MOVES);
});

test.serial(
  'a peer that moves to another host is followed, and its path is looked at anew',
  async (t) => {
    const { path, connection, accepted } = await meetThrough(t, {
      ...CONNECTION,
      congestion: 'bbr',
      maximumDatagramBytes: 0,
    });
    await say(connection, randomFillSync(Buffer.alloc(300_000)), t.true.bind(t));
    const before = accepted().statistics().pathProbesSent;
    t.true(before > 0);
    await path.move('127.0.0.2');
    await say(connection, randomFillSync(Buffer.alloc(300_000)), t.true.bind(t));
    t.is(accepted().remoteAddress.host, '127.0.0.2');
    t.true(accepted().statistics().pathProbesSent > before);
  },
);

test.serial(
  'an address gets less than three times its bytes until it has proved itself',
  async (t) => {
    const { path, connection, accepted } = await meetThrough(t);
    await say(connection, randomFillSync(Buffer.alloc(10_000)), t.true.bind(t));
    path.leadsBack = false;
    await path.move('127.0.0.2');
    let most = 0;
    const seen = new Promise<void>((resolve) => {
      let datagrams = 0;
      path.onDatagram = () => {
        most = Math.max(most, path.bytesBack / Math.max(1, path.bytesOut));
        datagrams += 1;
        if (datagrams >= 12 && path.bytesBack > 0) resolve();
      };
    });
    const exchanged = say(connection, randomFillSync(Buffer.alloc(100_000)), t.true.bind(t));
    await seen;
    t.is(accepted().remoteAddress.host, '127.0.0.1');
    t.true(most <= 3, `${most} times`);
    path.leadsBack = true;
    await exchanged;
    t.is(accepted().remoteAddress.host, '127.0.0.2');
  },
);

test.serial('a copy of a datagram from elsewhere moves nothing', async (t) => {
  const server = await anEndpoint(t);
  const client = await anEndpoint(t);
  const path = await MovingPath.to(server.localAddress);
  const elsewhere = createSocket('udp4').bind(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  t.teardown(() => {
    path.close();
    elsewhere.close();
  });
  path.onDatagram = (datagram) => {
    elsewhere.send(datagram, server.localAddress.port, server.localAddress.host);
  };
  let accepted: AsyncConnection | undefined;
  server.listen(LISTEN, (connection) => {
    accepted = connection;
    echo(connection);
  });
  const connection = client.connect(path.address, CONNECTION);
  const bytes = randomFillSync(Buffer.alloc(300_000));
  await say(connection, bytes, t.true.bind(t));
  t.is(accepted?.remoteAddress.port, path.outsidePort);
  const rest = randomFillSync(Buffer.alloc(50_000));
  t.true((await exchange(connection, rest)).equals(rest));
});

/** A client and a server that sends back what comes, with a NAT between them. */
async function meetThrough(t: ExecutionContext, options = CONNECTION) {
  const server = await anEndpoint(t);
  const client = await anEndpoint(t);
  const path = await MovingPath.to(server.localAddress);
  t.teardown(() => {
    path.close();
  });
  let guest: AsyncConnection | undefined;
  server.listen({ ...LISTEN, connection: options }, (connection) => {
    guest = connection;
    echo(connection);
  });
  const accepted = () => {
    if (guest === undefined) throw new Error('nobody has connected');
    return guest;
  };
  return { path, connection: client.connect(path.address, options), accepted };
}

/** Writes `bytes` and waits until they have come back. */
async function say(
  connection: AsyncConnection,
  bytes: Buffer,
  check: (equal: boolean) => void,
): Promise<void> {
  const received: Buffer[] = [];
  const piece = Buffer.alloc(1 << 16);
  let written = 0;
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    connection.onNews = () => {
      const failure = connection.failure();
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      if (written < bytes.length) written += connection.write(bytes, written, bytes.length);
      for (let count = -1; count !== 0; size += count) {
        count = connection.read(piece, 0, piece.length);
        received.push(Buffer.from(piece.subarray(0, count)));
      }
      if (size === bytes.length) resolve();
    };
    connection.onNews();
  });
  check(Buffer.concat(received).equals(bytes));
}
