/** Outgoing connections share endpoints, which come and go with them. */
import test from 'ava';
import { closing, failing, Meeting } from './support/meeting.js';

test('connections of one kind share an endpoint, others have their own', async (t) => {
  const meeting = new Meeting();
  await meeting.listen();
  const before = meeting.fake.opened;
  await Promise.all([1, 2, 3].map(() => meeting.connect().whenOpen()));
  t.is(meeting.fake.opened - before, 1);
  await meeting.connect({ localPort: 50_000 }).whenOpen();
  await meeting.connect({ impairments: { lossRate: 0.1 } }).whenOpen();
  await meeting.connect({ impairments: { lossRate: 0.1 } }).whenOpen();
  t.is(meeting.fake.opened - before, 3);
});

test('a simulator with another list of misfortunes is another one, however late they differ', async (t) => {
  const meeting = new Meeting();
  await meeting.listen();
  const before = meeting.fake.opened;
  for (const last of [1000, 1001]) {
    const dropIndices = [...Array.from({ length: 150 }, (_, index) => 2 * index), last];
    await meeting.connect({ impairments: { dropIndices } }).whenOpen();
  }
  t.is(meeting.fake.opened - before, 2);
});

test('an endpoint of clients does not keep the process alive, its connections do', async (t) => {
  const meeting = new Meeting();
  await meeting.listen();
  const client = await meeting.connect().whenOpen();
  t.false(meeting.fake.endpoints.get(client.localPort!)!.isRefed);
  t.true(meeting.wires.client.isRefed);
});

test('the next connection finds the endpoint of the one before', async (t) => {
  const meeting = new Meeting();
  await meeting.listen();
  const ports = new Set<number | undefined>();
  for (let round = 0; round < 3; round++) {
    const client = await meeting.connect().whenOpen();
    ports.add(client.localPort);
    client.destroy();
    await closing(client);
  }
  t.is(ports.size, 1);
});

test('an endpoint that carries no connection can be closed, one that does cannot', async (t) => {
  const meeting = new Meeting();
  const client = meeting.connect();
  t.is(await failing(t, client), 'ERR_HAWSER_REFUSED');
  t.is(meeting.fake.endpoints.size, 1);
  meeting.network.clients.closeIdle();
  await meeting.fake.untilClosed(1);
  t.is(meeting.fake.endpoints.size, 0);
  await meeting.listen();
  await meeting.connect().whenOpen();
  meeting.network.clients.closeIdle();
  await new Promise(setImmediate);
  t.is(meeting.fake.endpoints.size, 2);
});

test('an endpoint that nobody has used for a while is closed by itself', async (t) => {
  const meeting = new Meeting();
  t.is(await failing(t, meeting.connect()), 'ERR_HAWSER_REFUSED');
  await meeting.fake.untilClosed(1);
  t.is(meeting.fake.endpoints.size, 0);
});

test('an endpoint that died is not given to the next connection', async (t) => {
  const meeting = new Meeting();
  await meeting.listen();
  const first = await meeting.connect().whenOpen();
  first.on('error', () => undefined);
  meeting.fake.endpoints.get(first.localPort!)!.die();
  const second = await meeting.connect().whenOpen();
  t.not(second.localPort, first.localPort);
});

test('an endpoint that cannot be opened fails the connection, and is tried again for the next', async (t) => {
  const meeting = new Meeting();
  await meeting.listen();
  meeting.fake.unusable.add('0.0.0.0');
  t.is(await failing(t, meeting.connect()), 'ERR_HAWSER_ADDRESS_INVALID');
  meeting.fake.unusable.clear();
  await t.notThrowsAsync(meeting.connect().whenOpen());
});
