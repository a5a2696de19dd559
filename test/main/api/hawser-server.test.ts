/** What a `HawserServer` does, on a network in memory. */
import { once } from 'node:events';
import test from 'ava';
import { createServerOn } from '#hawser/main/api/functions.js';
import type { HawserSocket } from '#hawser/main/api/hawser-socket.js';
import { closing, failing, HOST, Meeting, PORT } from './support/meeting.js';

test('a server knows its address from listening to close', async (t) => {
  const server = await new Meeting().listen();
  t.true(server.listening);
  t.deepEqual(server.address(), { address: HOST, port: PORT, family: 'IPv4' });
  server.close();
  t.false(server.listening);
  await once(server, 'close');
  t.is(server.address(), null);
});

test('a server on every address uses IPv6, or IPv4 where there is no other', async (t) => {
  const meeting = new Meeting();
  const both = createServerOn(meeting.network).listen(PORT);
  await once(both, 'listening');
  t.is(both.address()?.address, '::');
  meeting.fake.unusable.add('::');
  const old = createServerOn(meeting.network).listen(PORT + 1);
  await once(old, 'listening');
  t.is(old.address()?.address, '0.0.0.0');
});

test('a port in use is an error event, and the server can listen elsewhere', async (t) => {
  const meeting = new Meeting();
  await meeting.listen();
  const server = createServerOn(meeting.network).listen(PORT, HOST);
  const [error] = (await once(server, 'error')) as [NodeJS.ErrnoException];
  t.is(error.code, 'ERR_HAWSER_ADDRESS_IN_USE');
  t.false(server.listening);
  server.listen(PORT + 1, HOST);
  await once(server, 'listening');
  t.is(server.address()?.port, PORT + 1);
});

test('a server listens once at a time', async (t) => {
  const server = await new Meeting().listen();
  t.throws(() => server.listen(PORT + 1), { code: 'ERR_HAWSER_ALREADY_LISTENING' });
});

test('close tells when the last connection has ended; newcomers are refused at once', async (t) => {
  const meeting = new Meeting();
  const { client, peer, server } = await meeting.pair();
  const story: string[] = [];
  server.close(() => story.push('server'));
  t.is(await failing(t, meeting.connect()), 'ERR_HAWSER_REFUSED');
  peer.resume();
  client.on('close', () => story.push('client'));
  client.resume().end();
  await once(server, 'close');
  t.deepEqual(story, ['client', 'server']);
  t.false(meeting.fake.endpoints.has(PORT));
});

test('a socket is counted until it has closed, also if all of its listeners were removed', async (t) => {
  const meeting = new Meeting();
  const { client, peer, server } = await meeting.pair();
  peer.removeAllListeners();
  peer.resume();
  client.resume().end();
  server.close();
  await once(server, 'close');
  t.is(meeting.fake.closed, 1);
});

test('to close what does not listen calls back with an error, as net.Server does', async (t) => {
  const server = createServerOn(new Meeting().network);
  const error = await new Promise((resolve) => server.close(resolve));
  t.is((error as NodeJS.ErrnoException).code, 'ERR_HAWSER_NOT_LISTENING');
});

test('a server closed while it opens never listens, and frees its port', async (t) => {
  const meeting = new Meeting();
  const server = createServerOn(meeting.network).listen(PORT, HOST);
  server.on('listening', () => {
    t.fail('it listens');
  });
  server.close();
  await once(server, 'close');
  t.false(meeting.fake.endpoints.has(PORT));
});

test('a server can listen again after its close', async (t) => {
  const meeting = new Meeting();
  const server = await meeting.listen();
  server.close();
  await once(server, 'close');
  server.listen(PORT, HOST);
  await once(server, 'listening');
  await t.notThrowsAsync(meeting.connect().whenOpen());
});

test('beyond maxConnections a newcomer is reset, and told of by drop', async (t) => {
  const meeting = new Meeting();
  const { server } = await meeting.pair();
  server.maxConnections = 1;
  const dropped = once(server, 'drop');
  const second = meeting.connect();
  t.is(await failing(t, second), 'ERR_HAWSER_RESET_BY_PEER');
  const [{ remotePort, localPort }] = (await dropped) as [
    { remotePort: number; localPort: number },
  ];
  t.is(remotePort, meeting.wires.client.localAddress.port);
  t.is(localPort, PORT);
  const count = await new Promise((resolve) =>
    server.getConnections((_error, connections) => {
      resolve(connections);
    }),
  );
  t.is(count, 1);
});

test('pauseOnConnect lets the handler decide when to read', async (t) => {
  const { peer } = await new Meeting().pair({ server: { pauseOnConnect: true } });
  t.true(peer.isPaused());
});

test('a signal closes the server', async (t) => {
  const abort = new AbortController();
  const options = { port: PORT, host: HOST, signal: abort.signal };
  const server = createServerOn(new Meeting().network).listen(options);
  await once(server, 'listening');
  abort.abort();
  await once(server, 'close');
  t.false(server.listening);
});

test('a server is an iterable of its sockets until it is closed', async (t) => {
  const meeting = new Meeting();
  const server = await meeting.listen();
  meeting.connect();
  meeting.connect();
  const sockets: HawserSocket[] = [];
  for await (const socket of server) {
    sockets.push(socket);
    socket.destroy();
    if (sockets.length === 2) server.close();
  }
  t.is(sockets.length, 2);
});

test('disposing of a server waits for its close', async (t) => {
  const meeting = new Meeting();
  const { client, peer, server } = await meeting.pair();
  client.destroy();
  peer.resume();
  await closing(peer);
  await server[Symbol.asyncDispose]();
  t.false(meeting.fake.endpoints.has(PORT));
});

test('a server whose endpoint dies tells so, and listens no more', async (t) => {
  const meeting = new Meeting();
  const server = await meeting.listen();
  const error = once(server, 'error');
  meeting.fake.endpoints.get(PORT)!.die();
  t.is(((await error) as [NodeJS.ErrnoException])[0].code, 'ERR_HAWSER_INTERNAL');
  t.false(server.listening);
});

test('an endpoint that has died is closed, and its server can listen again at once', async (t) => {
  const meeting = new Meeting();
  const { client, peer, server } = await meeting.pair();
  const dead = meeting.fake.endpoints.get(PORT)!;
  const peerCloses = closing(peer);
  const listens = once(server, 'error').then(() => once(server.listen(PORT, HOST), 'listening'));
  server.on('close', () => {
    t.fail('nobody has closed it');
  });
  client.on('error', () => undefined).destroy();
  dead.die();
  t.true(await peerCloses);
  await Promise.all([listens, meeting.fake.untilClosed(1)]);
  t.is(dead.connectionCount, 0);
  t.true(server.listening);
  t.not(meeting.fake.endpoints.get(PORT), dead);
  await t.notThrowsAsync(meeting.connect().whenOpen());
});

test('a server that is closing when its endpoint dies still tells its close', async (t) => {
  const meeting = new Meeting();
  const { peer, server } = await meeting.pair();
  const story: string[] = [];
  peer.on('close', () => story.push('socket'));
  server.on('error', () => story.push('error'));
  const dead = meeting.fake.endpoints.get(PORT)!;
  server.close();
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  dead.die();
  await closed;
  t.deepEqual(story, ['error', 'socket']);
  t.is(meeting.fake.closed, 1);
});

test('a peer that does not end holds the port for a moment, and close comes once', async (t) => {
  const meeting = new Meeting();
  const { peer, server } = await meeting.pair({ client: { allowHalfOpen: true } });
  let closes = 0;
  server.on('close', () => (closes += 1));
  peer.destroy();
  await closing(peer);
  t.is(meeting.fake.openConnections.length, 2, 'it waits for the end of its peer');
  server.close();
  await once(server, 'close');
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  t.is(closes, 1);
});

test('unref and ref reach the endpoint, called before it is there or after', async (t) => {
  const meeting = new Meeting();
  const server = createServerOn(meeting.network).unref().listen(PORT, HOST);
  await once(server, 'listening');
  t.false(meeting.fake.endpoints.get(PORT)!.isRefed);
  server.ref();
  t.true(meeting.fake.endpoints.get(PORT)!.isRefed);
});

test('a server that was closed does not keep the process alive, its sockets do', async (t) => {
  const meeting = new Meeting();
  const { server } = await meeting.pair();
  const endpoint = meeting.fake.endpoints.get(PORT)!;
  t.true(endpoint.isRefed);
  server.close();
  t.false(endpoint.isRefed);
  server.ref();
  t.false(endpoint.isRefed);
  t.true(meeting.wires.peer.isRefed);
});
