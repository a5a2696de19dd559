/** Openings by the thousand, from addresses that may be forged, and bytes of any kind. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { randomBytes, randomFillSync, randomInt } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { SocketAddress } from '#hawser/shared/net/datagram-port.js';
import { emitHeader } from '#hawser/shared/wire/emit.js';
import { Integrity, Segment } from '#hawser/shared/wire/segment.js';
import { anEndpoint, CONNECTION, echo, exchange, LISTEN } from './support/endpoints.js';

const OPENINGS = 3_000;
const AT_ONCE = 100;

/** An opening as a client sends it, of a client that will never be heard of again. */
function opening(): Buffer {
  const segment = new Segment();
  const id = randomInt(1, 2 ** 31);
  segment.opening = true;
  segment.sourceConnectionId = id;
  segment.sentAtMillis = Date.now() | 0;
  segment.maximumDatagramBytes = 1472;
  segment.openingWindowSegments = 1024;
  segment.acknowledgeNow = true;
  const bytes = Buffer.alloc(64);
  const context = { localConnectionId: id, integrity: Integrity.crc32 };
  return bytes.subarray(0, emitHeader(bytes, 0, segment, context, 1, 0));
}

async function aSocket(t: ExecutionContext): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  return socket;
}

/** Sends them a few at a time, so that no queue overflows; resolves with the bytes sent. */
async function send(socket: Socket, to: SocketAddress, datagrams: Buffer[]): Promise<number> {
  let bytes = 0;
  for (let from = 0; from < datagrams.length; from += AT_ONCE) {
    const sent = datagrams.slice(from, from + AT_ONCE).map(
      (datagram) =>
        new Promise<void>((resolve) => {
          bytes += datagram.length;
          socket.send(datagram, to.port, to.host, () => {
            resolve();
          });
        }),
    );
    await Promise.all(sent);
    await new Promise(setImmediate);
  }
  return bytes;
}

test.serial(
  'a flood of openings takes few places and is answered with little, and a client is served',
  async (t) => {
    const server = await anEndpoint(t, { maximumConnections: 512 });
    const client = await anEndpoint(t);
    server.listen({ ...LISTEN, maximumConnections: 512 }, echo);
    const flood = await aSocket(t);
    let answered = 0;
    flood.on('message', (answer) => {
      answered += answer.length;
    });
    const sent = await send(flood, server.localAddress, Array.from({ length: OPENINGS }, opening));
    const connection = client.connect(server.localAddress, CONNECTION);
    const bytes = randomFillSync(Buffer.alloc(50_000));
    t.true((await exchange(connection, bytes)).equals(bytes));
    t.true(answered > 0, 'nobody was answered');
    t.true(answered <= 3 * sent, `${answered} bytes in answer to ${sent}`);
    // Nobody of the flood has proved its address, so the application knows of one connection only.
    t.true(server.connectionCount <= 1);
  },
);

test.serial('with retry always, an opening without a token leaves nothing behind', async (t) => {
  const server = await anEndpoint(t, { maximumConnections: 64 });
  const client = await anEndpoint(t);
  server.listen({ ...LISTEN, maximumConnections: 2, retry: 'always' }, echo);
  const flood = await aSocket(t);
  await send(flood, server.localAddress, Array.from({ length: 500 }, opening));
  const connection = client.connect(server.localAddress, CONNECTION);
  const bytes = randomFillSync(Buffer.alloc(50_000));
  t.true((await exchange(connection, bytes)).equals(bytes));
});

test.serial('datagrams of any content change nothing for a connection', async (t) => {
  const server = await anEndpoint(t);
  const client = await anEndpoint(t);
  server.listen(LISTEN, echo);
  const hostile = await aSocket(t);
  const noise = Array.from({ length: 2_000 }, () => randomBytes(randomInt(0, 200)));
  const connection = client.connect(server.localAddress, CONNECTION);
  const bytes = randomFillSync(Buffer.alloc(300_000));
  const [received] = await Promise.all([
    exchange(connection, bytes),
    send(hostile, server.localAddress, noise),
    send(hostile, client.localAddress, noise),
  ]);
  t.true(received.equals(bytes));
});
