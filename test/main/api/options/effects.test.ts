/** What options do, from `connect` and `listen` down to the datagrams: on real sockets and threads. */
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { connect, listen } from '#hawser/main/api/functions.js';
import type { HawserServer } from '#hawser/main/api/hawser-server.js';
import type { HawserSocket } from '#hawser/main/api/hawser-socket.js';
import type { ConnectOptions } from '#hawser/main/api/options/connect-options.js';
import type { ListenOptions, ServerOptions } from '#hawser/main/api/options/listen-options.js';
import { ParseResult } from '#hawser/shared/wire/parse-result.js';
import { parseSegment } from '#hawser/shared/wire/parse.js';
import { Integrity, Segment, TokenKind } from '#hawser/shared/wire/segment.js';
import { FIRST_SEGMENT } from '#hawser/shared/wire/serial.js';
import { MovingPath } from '../../../endpoint/support/moving-path.js';
import { closing, failing } from '../support/meeting.js';

const host = '127.0.0.1';
/** RFC 6928, in bytes. */
const INITIAL_WINDOW_BYTES = 14_720;
const MARK = 0x5a;
const BYTES = Buffer.alloc(200_000, MARK);

interface Sides {
  readonly client?: Partial<ConnectOptions>;
  readonly server?: ListenOptions & ServerOptions;
}

interface Couple {
  readonly client: HawserSocket;
  readonly peer: HawserSocket;
  readonly server: HawserServer;
  /** Turned by this thread's event loop: while the test computes, no datagram passes. */
  readonly path: MovingPath;
}

async function listening(t: ExecutionContext, options: Sides['server']): Promise<HawserServer> {
  const server = await listen({ port: 0, host, ...options });
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    t.teardown(() => socket.resetAndDestroy());
  });
  t.teardown(() => server.close());
  return server;
}

/** Connected over a path that can be watched. */
async function couple(
  t: ExecutionContext,
  { client: clientOptions, server: serverOptions }: Sides,
  onDatagram: (datagram: Buffer) => void = () => undefined,
): Promise<Couple> {
  const server = await listening(t, serverOptions);
  const path = await MovingPath.to({ host, port: server.address()!.port });
  path.onDatagram = onDatagram;
  const arrival = once(server, 'connection') as Promise<[HawserSocket]>;
  const client = connect({ ...path.address, ...clientOptions });
  const peers: HawserSocket[] = [];
  t.teardown(async () => {
    // As long as the path is there: over none, a side that still had something to say would wait for
    // its idle time-out, and the process with it.
    const sockets = [client, ...peers];
    for (const socket of sockets) socket.resetAndDestroy();
    for (const socket of sockets) await closed(socket);
    path.close();
  });
  await client.whenOpen();
  const [peer] = await arrival;
  peers.push(peer);
  return { client, peer, server, path };
}

async function closed(socket: HawserSocket): Promise<void> {
  if (!socket.closed) await closing(socket.on('error', () => undefined));
}

for (const side of ['client', 'server'] as const) {
  test.serial(`maximumDatagramBytes of the ${side} bounds each datagram`, async (t) => {
    let largest = 0;
    const { client, peer } = await couple(t, { [side]: { maximumDatagramBytes: 600 } }, (bytes) => {
      largest = Math.max(largest, bytes.length);
    });
    client.end(BYTES);
    t.true((await buffer(peer)).equals(BYTES));
    t.true(largest > 500 && largest <= 600, `${largest} bytes`);
  });
}

for (const [ours, theirs] of [
  ['none', 'none'],
  ['none', 'crc32'],
  ['crc32', 'none'],
] as const) {
  const finds = ours === theirs ? 'lets a damaged byte pass' : 'repairs a damaged byte';
  test.serial(`integrity ${ours} of one side and ${theirs} of the other ${finds}`, async (t) => {
    let damaged = 0;
    const sides = { client: { integrity: ours }, server: { integrity: theirs } };
    const { client, peer } = await couple(t, sides, (datagram) => {
      const middle = datagram.length >> 1;
      if (damaged > 0 || datagram.length < 500 || datagram[middle] !== MARK) return;
      damaged += 1;
      datagram[middle] ^= 1;
    });
    client.end(BYTES);
    const received = await buffer(peer);
    t.is(damaged, 1);
    t.is(received.length, BYTES.length);
    const wrong = received.filter((byte) => byte !== MARK);
    t.deepEqual([...wrong], ours === theirs ? [MARK ^ 1] : []);
    if (ours !== theirs) t.true(client.stats()!.segmentsRetransmitted > 0);
  });
}

for (const congestion of ['bbr', 'cubic', 'none'] as const) {
  test.serial(`congestion ${congestion} decides how much goes out unanswered`, async (t) => {
    const { client } = await couple(t, { client: { congestion, maximumDatagramBytes: 1200 } });
    client.write(BYTES);
    const { bytesSent } = client.stats()!;
    t.true(bytesSent > 0);
    const isBounded = bytesSent <= 2 * INITIAL_WINDOW_BYTES;
    t.is(isBounded, congestion !== 'none', `${bytesSent} bytes`);
  });
}

for (const retry of ['always', 'auto', 'never'] as const) {
  test.serial(`retry ${retry}: ${retry === 'always' ? 'a' : 'no'} proof of address`, async (t) => {
    let proofs = 0;
    const { client } = await couple(t, { server: { retry } }, (datagram) => {
      if (bringsProof(datagram)) proofs += 1;
    });
    t.false(client.connecting);
    t.is(proofs > 0, retry === 'always');
  });
}

test.serial('sendBufferBytes bounds what is written and not acknowledged', async (t) => {
  const { client } = await couple(t, { client: { sendBufferBytes: 16_384 } });
  client.write(BYTES);
  const { unacknowledgedBytes } = client;
  t.true(unacknowledgedBytes > 0 && unacknowledgedBytes <= 16_384, `${unacknowledgedBytes} bytes`);
});

test.serial('receiveBufferBytes bounds what is sent to one who does not read', async (t) => {
  const server = { receiveBufferBytes: 16_384, pauseOnConnect: true };
  const { client } = await couple(t, { client: { congestion: 'none' }, server });
  client.write(BYTES);
  const { bytesSent } = client.stats()!;
  t.true(bytesSent > 0 && bytesSent <= 16_384, `${bytesSent} bytes`);
});

test.serial('beyond maximumConnections a newcomer is refused', async (t) => {
  const { server } = await couple(t, { server: { maximumConnections: 1 } });
  const second = connect(server.address()!.port, host);
  t.is(await failing(t, second), 'ERR_HAWSER_REFUSED');
});

test.serial('whose buffers do not fit into maximumMemoryBytes is refused', async (t) => {
  const server = await listening(t, { maximumMemoryBytes: 2 ** 20, receiveBufferBytes: 2 ** 21 });
  const client = connect(server.address()!.port, host);
  t.is(await failing(t, client), 'ERR_HAWSER_REFUSED');
});

/** An opening with what a retry has brought. */
function bringsProof(datagram: Buffer): boolean {
  const segment = new Segment();
  const newcomer = {
    localConnectionId: 0,
    integrity: Integrity.crc32,
    peerConnectionId: 0,
    receiveNext: FIRST_SEGMENT,
    sendUnacknowledged: FIRST_SEGMENT,
  };
  const result = parseSegment(datagram, 0, datagram.length, newcomer, segment);
  return (
    result === ParseResult.ok && segment.tokenBytes > 0 && segment.tokenKind === TokenKind.proof
  );
}
