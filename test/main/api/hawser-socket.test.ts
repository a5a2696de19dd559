/** What a `HawserSocket` does beyond the order of its events, on a network in memory. */
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { HawserError } from '#hawser/shared/errors.js';
import { HawserSocket } from '#hawser/main/api/hawser-socket.js';
import { closing, failing, HOST, Meeting, PORT } from './support/meeting.js';

test('a socket that was never connected is pending, closed to writing, and knows no address', async (t) => {
  const socket = new HawserSocket({}, new Meeting().network);
  t.true(socket.pending);
  t.false(socket.connecting);
  t.deepEqual(socket.address(), {});
  t.is(socket.remoteAddress, undefined);
  t.is(socket.stats(), undefined);
  socket.write('x');
  t.is(await failing(t, socket), 'ERR_HAWSER_CLOSED');
});

test('addresses, states and counts are those of net.Socket', async (t) => {
  const opening = new Meeting().connect();
  t.is(opening.readyState, 'opening');
  t.true(opening.connecting);
  t.true(opening.pending);
  opening.destroy();

  const { client, peer } = await new Meeting().pair();
  t.is(client.readyState, 'open');
  t.is(client.remotePort, PORT);
  t.is(client.remoteAddress, HOST);
  t.is(client.remoteFamily, 'IPv4');
  t.is(client.localPort, peer.remotePort);
  t.deepEqual(peer.address(), { address: HOST, port: PORT, family: 'IPv4' });
  client.end('four');
  t.is(client.readyState, 'readOnly');
  t.is(client.bytesWritten, 4);
  t.is(await text(peer), 'four');
  t.is(peer.bytesRead, 4);
  await closing(client);
  t.is(client.readyState, 'closed');
  t.is(client.remotePort, PORT, 'it is still known who it was');
});

test('after the close the peer is where it was last', async (t) => {
  const meeting = new Meeting();
  const { client } = await meeting.pair();
  meeting.wires.client.remoteAddress = { host: '127.0.0.2', port: 7001 };
  t.is(client.remotePort, 7001);
  client.destroy();
  await closing(client);
  t.is(client.remoteAddress, '127.0.0.2');
  t.is(client.remotePort, 7001);
});

test('what is written before the peer has answered rides on the opening, and is told done after it', async (t) => {
  const meeting = new Meeting();
  const server = await meeting.listen();
  const client = meeting.connect();
  const story: string[] = [];
  client.write('early', () => story.push('written'));
  client.on('connect', () => story.push('connect'));
  const [peer] = (await once(server, 'connection')) as [HawserSocket];
  client.end();
  t.is(await text(peer), 'early');
  t.deepEqual(story, ['connect', 'written']);
  t.is(meeting.wires.client.earlyBytes, 5);
});

test('a host of several addresses is tried at each, and nothing written is lost or sent twice', async (t) => {
  const meeting = new Meeting();
  meeting.fake.unusable.add('::');
  const server = await meeting.listen();
  const client = meeting.connect({
    host: 'several.example',
    lookup: (_name, _options, callback) => {
      const addresses = ['::1', HOST].map((address, at) => ({ address, family: at === 0 ? 6 : 4 }));
      process.nextTick(callback, null, addresses);
    },
  });
  const looked: unknown[] = [];
  client.on('lookup', (_error, address) => looked.push(address));
  client.end('once');
  const [peer] = (await once(server, 'connection')) as [HawserSocket];
  t.is(await text(peer), 'once');
  t.deepEqual(looked, ['::1', HOST]);
});

test('an address that leads nowhere leaves time for the others', async (t) => {
  const meeting = new Meeting();
  await meeting.listen();
  meeting.fake.silentHosts.add('::1');
  const lookup = (_name: string, _options: unknown, callback: (...given: never[]) => void) => {
    const addresses = ['::1', HOST].map((address, at) => ({ address, family: at === 0 ? 6 : 4 }));
    (callback as (...given: unknown[]) => void)(null, addresses);
  };
  const client = meeting.connect({ host: 'several.example', lookup, connectTimeoutMs: 6_000 });
  await client.whenOpen();
  t.is(client.remoteAddress, HOST);
});

test('a refusal at one address is not the end as long as there is another', async (t) => {
  const meeting = new Meeting();
  const lookup = (_name: string, _options: unknown, callback: (...given: never[]) => void) => {
    const addresses = [HOST, '127.0.0.2'].map((address) => ({ address, family: 4 }));
    (callback as (...given: unknown[]) => void)(null, addresses);
  };
  const client = meeting.connect({ host: 'several.example', lookup: lookup });
  t.is(await failing(t, client), 'ERR_HAWSER_REFUSED');
  t.is(meeting.fake.connections.length, 2, 'each address was tried once');
  t.deepEqual(meeting.fake.openConnections, []);
});

test('what a lookup of the caller finds must be numeric addresses, in an array', async (t) => {
  const answers = ['127.0.0.1', undefined, [null], [{ address: 'nonsense', family: 4 }]];
  for (const answer of answers) {
    const client = new Meeting().connect({
      host: 'somewhere.invalid',
      lookup: (_host, _options, callback) => {
        callback(null, answer as never);
      },
    });
    t.is(await failing(t, client), 'ERR_HAWSER_ADDRESS_INVALID');
  }
});

test('family takes only addresses of its kind', async (t) => {
  const client = new Meeting().connect({ host: '::1', family: 4 });
  t.is(await failing(t, client), 'ERR_HAWSER_ADDRESS_INVALID');
});

test('connecting to nobody ends within the time given, also while the name is looked up', async (t) => {
  const meeting = new Meeting();
  meeting.fake.silent = true;
  const silent = meeting.connect({ connectTimeoutMs: 20 });
  t.is(await failing(t, silent), 'ERR_HAWSER_CONNECT_TIMEOUT');
  const lost = meeting.connect({ connectTimeoutMs: 20, host: 'lost.example', lookup: () => 0 });
  t.is(await failing(t, lost), 'ERR_HAWSER_CONNECT_TIMEOUT');
  t.deepEqual(meeting.fake.openConnections, []);
});

test('what a busy machine takes to start its own threads is not counted against the peer', async (t) => {
  const meeting = new Meeting();
  await meeting.listen();
  meeting.fake.starting = delay(1100);
  const client = meeting.connect({ connectTimeoutMs: 1000 });
  await client.whenOpen();
  meeting.fake.silent = true;
  const unheard = meeting.connect({ connectTimeoutMs: 20, localPort: 50_000 });
  t.is(await failing(t, unheard), 'ERR_HAWSER_CONNECT_TIMEOUT');
});

test('a reader that is slow stops the writer, and nothing is lost', async (t) => {
  const small = { receiveBufferBytes: 16_384, sendBufferBytes: 16_384 };
  const { client, peer } = await new Meeting().pair({
    client: { ...small, highWaterMark: 1000 },
    server: { ...small, highWaterMark: 1000 },
  });
  const bytes = Buffer.alloc(200_000, 'abcdefg');
  let isDone = false;
  client.write(bytes, () => (isDone = true));
  t.true(client.writableNeedDrain);
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  t.false(isDone, 'nobody has read anything');
  client.end();
  t.is(await text(peer), bytes.toString());
  t.true(isDone);
});

test('readInto waits for room also when all of the stream, and its end, has come before', async (t) => {
  const { client, peer } = await new Meeting().pair();
  const sent = Buffer.alloc(50_000, 'all of it');
  client.end(sent);
  while (peer.readableLength < sent.length) await new Promise(setImmediate);
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  const pieces: Buffer[] = [];
  const room = Buffer.alloc(1000);
  let isFull = false;
  peer.on('data', () => t.fail());
  peer.readInto({
    room: () => (isFull ? undefined : room),
    filled: (bytes) => {
      pieces.push(Buffer.from(room.subarray(0, bytes)));
      isFull = true;
      setImmediate(() => ((isFull = false), peer.resume()));
    },
  });
  await once(peer, 'end');
  t.true(Buffer.concat(pieces).equals(sent));
  t.is(peer.bytesRead, sent.length);
});

test('a stream without end does not keep the event loop from others', async (t) => {
  const { client, peer } = await new Meeting().pair();
  const bytes = Buffer.alloc(16 * 2 ** 20);
  client.end(bytes);
  let turns = 0;
  const count = () => {
    turns += 1;
    if (!peer.readableEnded) setImmediate(count);
  };
  setImmediate(count);
  let read = 0;
  for await (const piece of peer) read += (piece as Buffer).length;
  t.is(read, bytes.length);
  t.true(turns >= 8, `${turns} turns`);
});

test('a connection that is lost destroys its socket with that error, and unfinished writes learn of it', async (t) => {
  const meeting = new Meeting();
  const { client } = await meeting.pair({ client: { sendBufferBytes: 2 ** 20 } });
  meeting.wires.client.delivers = false;
  const written = new Promise<unknown>((resolve) => client.write(Buffer.alloc(2 ** 22), resolve));
  meeting.wires.client.fail('ERR_HAWSER_PEER_LOST', 'the peer has fallen silent');
  t.is(await failing(t, client), 'ERR_HAWSER_PEER_LOST');
  t.is(((await written) as HawserError).code, 'ERR_HAWSER_PEER_LOST');
});

test('a peer that has sent everything may go: its reader gets it, and the end, before the failure', async (t) => {
  const meeting = new Meeting();
  const { client, peer } = await meeting.pair({ server: { pauseOnConnect: true } });
  client.end(Buffer.alloc(200_000));
  await once(client, 'finish');
  meeting.wires.peer.fail('ERR_HAWSER_RESET_BY_PEER', 'the peer has left');
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  t.false(peer.destroyed);
  const failed = failing(t, peer);
  t.is((await buffer(peer)).length, 200_000);
  t.is(await failed, 'ERR_HAWSER_RESET_BY_PEER');
});

test('who writes to a peer that has sent everything and gone hears of it at once', async (t) => {
  const meeting = new Meeting();
  const { client, peer } = await meeting.pair({ server: { pauseOnConnect: true } });
  client.end('the last word');
  await once(client, 'finish');
  meeting.wires.peer.fail('ERR_HAWSER_RESET_BY_PEER', 'the peer has left');
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  const written = new Promise((resolve) => peer.write('an answer', resolve));
  t.is(await failing(t, peer), 'ERR_HAWSER_RESET_BY_PEER');
  t.like(await written, { code: 'ERR_HAWSER_RESET_BY_PEER' });
});

test('destroy tells unfinished writes, without an error event', async (t) => {
  const meeting = new Meeting();
  const { client } = await meeting.pair({ client: { sendBufferBytes: 2 ** 20 } });
  meeting.wires.client.delivers = false;
  const written = new Promise<unknown>((resolve) => client.write(Buffer.alloc(2 ** 22), resolve));
  client.destroy();
  t.is(((await written) as HawserError).code, 'ERR_HAWSER_CLOSED');
  t.false(await closing(client));
});

test('destroy resets when something written is still corked, so that the peer does not take it for all', async (t) => {
  const { client, peer } = await new Meeting().pair();
  client.cork();
  client.write('never sent');
  const failed = failing(t, peer);
  client.destroy();
  t.is(await failed, 'ERR_HAWSER_RESET_BY_PEER');
});

test('close waits until the peer has acknowledged the end', async (t) => {
  const meeting = new Meeting();
  const { client, peer } = await meeting.pair();
  meeting.wires.client.delivers = false;
  peer.end();
  client.resume();
  await Promise.all([once(client, 'end'), once(client, 'finish')]);
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  t.true(client.destroyed);
  const closed = closing(client);
  meeting.wires.client.fail('ERR_HAWSER_PEER_LOST', 'the peer has fallen silent');
  t.is(await failing(t, client), 'ERR_HAWSER_PEER_LOST');
  t.true(await closed);
});

test('noDelay and keepAlive reach the connection, set before it is there or after', async (t) => {
  const meeting = new Meeting();
  const { client } = await meeting.pair({
    client: { keepAliveInitialDelay: 5, idleTimeoutMs: 90 },
  });
  const wire = meeting.wires.client;
  t.is(wire.keepAliveMs, 5);
  client.setNoDelay().setKeepAlive(true, 17);
  t.true(wire.noDelay);
  t.is(wire.keepAliveMs, 17);
  client.setKeepAlive(true);
  t.is(wire.keepAliveMs, 30);
  client.setNoDelay(false).setKeepAlive();
  t.false(wire.noDelay);
  t.is(wire.keepAliveMs, 0);

  const other = new HawserSocket({}, meeting.network).setNoDelay(true).setKeepAlive(false);
  await other.connect(PORT, HOST).whenOpen();
  t.true(meeting.wires.client.noDelay);
  t.is(meeting.wires.client.keepAliveMs, 0);
});

test('unref and ref reach the connection, called before it is there or after', async (t) => {
  const meeting = new Meeting();
  const { client } = await meeting.pair();
  t.true(meeting.wires.client.isRefed);
  client.unref();
  t.false(meeting.wires.client.isRefed);
  client.ref();
  t.true(meeting.wires.client.isRefed);
  await meeting.connect().unref().whenOpen();
  t.false(meeting.wires.client.isRefed);
});

test('setTimeout tells once each time nothing moves, and 0 takes the listener back', async (t) => {
  const { client } = await new Meeting().pair();
  // A time-out of a socket keeps nobody alive, as with net, and nothing else here does.
  const alive = setInterval(() => undefined, 1000);
  t.teardown(() => {
    clearInterval(alive);
  });
  client.setTimeout(5);
  await once(client, 'timeout');
  const listener = () => undefined;
  client.setTimeout(1000, listener);
  t.is(client.timeout, 1000);
  client.setTimeout(0, listener);
  t.is(client.listenerCount('timeout'), 0);
  t.throws(() => client.setTimeout(-1), { code: 'ERR_HAWSER_BAD_OPTION' });
});

test('whenOpen resolves with the socket, rejects with its failure, and obeys a signal', async (t) => {
  const meeting = new Meeting();
  const refused = meeting.connect();
  await t.throwsAsync(refused.whenOpen(), { code: 'ERR_HAWSER_REFUSED' });
  await t.throwsAsync(refused.whenOpen(), { code: 'ERR_HAWSER_REFUSED' });
  const { client } = await meeting.pair();
  t.is(await client.whenOpen(), client);
  meeting.fake.silent = true;
  const silent = meeting.connect();
  await t.throwsAsync(silent.whenOpen({ signal: AbortSignal.timeout(5) }), { name: 'AbortError' });
  silent.destroy();
});

test('whenOpen rejects when the socket is destroyed first, and leaves no listener behind', async (t) => {
  const meeting = new Meeting();
  meeting.fake.silent = true;
  const client = meeting.connect();
  const listeners = () => ['connect', 'close', 'error'].map((name) => client.listenerCount(name));
  const before = listeners();
  const open = client.whenOpen();
  client.destroy();
  await t.throwsAsync(open, { code: 'ERR_HAWSER_CLOSED' });
  await t.throwsAsync(client.whenOpen(), { code: 'ERR_HAWSER_CLOSED' });
  t.deepEqual(listeners(), before);
});

test('a socket connects once', async (t) => {
  const { client } = await new Meeting().pair();
  t.throws(() => client.connect(PORT), { code: 'ERR_HAWSER_ALREADY_CONNECTED' });
  client.destroy();
  await closing(client);
  t.throws(() => client.connect(PORT), { code: 'ERR_HAWSER_ALREADY_CONNECTED' });
});

test('disposing of a socket delivers what was written, and waits for the close', async (t) => {
  const meeting = new Meeting();
  const { client, peer } = await meeting.pair();
  const received = text(peer);
  client.write('last words');
  await client[Symbol.asyncDispose]();
  t.true(client.closed);
  t.is(await received, 'last words');
  await client[Symbol.asyncDispose]();
  await new HawserSocket({}, meeting.network)[Symbol.asyncDispose]();
});

test('disposing of a socket waits for the acknowledgment, whatever the peer still sends', async (t) => {
  const meeting = new Meeting();
  const { client, peer } = await meeting.pair();
  const wire = meeting.wires.client;
  client.pause();
  peer.on('error', () => undefined).write(Buffer.alloc(500_000));
  while (wire.readableBytes() === 0) await new Promise(setImmediate);
  const received: Buffer[] = [];
  peer.on('data', (bytes) => received.push(bytes));
  wire.delivers = false;
  client.write('last words');
  const disposed = client[Symbol.asyncDispose]();
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  t.true(client.destroyed);
  t.false(client.closed);
  wire.delivers = true;
  wire.end();
  await disposed;
  t.is(Buffer.concat(received).toString(), 'last words');
});

test('disposing of a socket whose peer is lost rejects', async (t) => {
  const meeting = new Meeting();
  const { client } = await meeting.pair();
  meeting.wires.client.delivers = false;
  client.on('error', () => undefined).write('last words');
  const disposed = client[Symbol.asyncDispose]();
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  meeting.wires.client.fail('ERR_HAWSER_PEER_LOST', 'the peer has fallen silent');
  await t.throwsAsync(disposed, { code: 'ERR_HAWSER_PEER_LOST' });
});

test('a socket that has ended gives its connection back, and so do resets and aborts', async (t) => {
  const meeting = new Meeting();
  const { client, peer, server } = await meeting.pair();
  peer.resume();
  client.resume().end();
  await Promise.all([closing(client), closing(peer)]);
  const reset = await meeting.connect().whenOpen();
  reset.resetAndDestroy();
  await closing(reset);
  const aborted = meeting.connect({ signal: AbortSignal.abort() });
  t.is(await failing(t, aborted), 'ABORT_ERR');
  await new Promise((resolve) => server.close(resolve));
  t.deepEqual(meeting.fake.openConnections, []);
});
