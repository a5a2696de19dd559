/** The relay without sockets, in virtual time: who gets what, when, and what is given up. */
import test from 'ava';

import {
  burstLoss,
  type PathConditions,
  PERFECT_PATH,
} from '#hawser/shared/net/path/conditions.js';
import { Relay, type RelayPlan } from '#hawser/shared/relay/relay.js';

import { batchFrom, RecordingSockets } from './recording-sockets.js';

const TARGET = 9;
const SHAPE = { smallSlots: 64, largeSlots: 4 };

function relayWith(
  conditions: Partial<Record<'up' | 'down', Partial<PathConditions>>>,
  plan: Partial<RelayPlan> = {},
  sockets = new RecordingSockets(),
) {
  const relay = new Relay(
    {
      target: { host: '192.0.2.1', port: TARGET },
      up: { ...PERFECT_PATH, ...conditions.up },
      down: { ...PERFECT_PATH, ...conditions.down },
      seed: 1,
      mostClients: 3,
      idleTimeoutMicros: 60e6,
      ...plan,
    },
    sockets,
    0,
    SHAPE,
  );
  return { relay, sockets };
}

test('each client talks to the target through a socket of its own, and gets its own answers', (t) => {
  const { relay, sockets } = relayWith({});
  relay.fromClients(batchFrom(1, 'one'), 10);
  relay.fromClients(batchFrom(2, 'two'), 10);
  relay.fromClients(batchFrom(1, 'again'), 10);
  relay.turn(10);
  const [first, second] = sockets.upstream;
  t.deepEqual(first.sent, ['one→9', 'again→9']);
  t.deepEqual(second.sent, ['two→9']);
  relay.fromTarget(second.client!(), batchFrom(TARGET, 'for two'), 20);
  relay.turn(20);
  t.deepEqual(sockets.listener.sent, ['for two→2']);
  t.is(relay.underWay, 0);
});

test('what comes to an upstream socket from a stranger is not passed on', (t) => {
  const { relay, sockets } = relayWith({});
  relay.fromClients(batchFrom(1, 'x'), 0);
  relay.fromTarget(sockets.upstream[0].client!(), batchFrom(666, 'forged'), 0);
  relay.turn(0);
  t.deepEqual(sockets.listener.sent, []);
  t.is(relay.down.counters.sent, 0);
});

test('a delay is kept to the microsecond, in each direction its own', (t) => {
  const { relay, sockets } = relayWith({ up: { delayMicros: 500 }, down: { delayMicros: 70 } });
  relay.fromClients(batchFrom(1, 'x'), 1000);
  t.is(relay.nextDueMicros, 1500);
  relay.turn(1499);
  t.deepEqual(sockets.upstream[0].sent, []);
  relay.turn(1500);
  t.deepEqual(sockets.upstream[0].sent, ['x→9']);
  relay.fromTarget(sockets.upstream[0].client!(), batchFrom(TARGET, 'y'), 1500);
  t.is(relay.nextDueMicros, 1570);
});

test('what is due together leaves together, in the order of its times', (t) => {
  const { relay, sockets } = relayWith({ up: { bytesPerSecond: 1e6 } });
  relay.fromClients(batchFrom(1, 'aaa', 'b', 'cc'), 0);
  relay.turn(100);
  t.deepEqual(sockets.upstream[0].sent, ['aaa→9', 'b→9', 'cc→9']);
  t.deepEqual(sockets.upstream[0].runLengths, [3]);
  t.is(relay.lateness.maximumMicros, 97);
});

test('all clients share the one bottleneck', (t) => {
  const { relay } = relayWith({ up: { bytesPerSecond: 1e6, queueBytes: 5 } });
  relay.fromClients(batchFrom(1, 'aaa'), 0);
  relay.fromClients(batchFrom(2, 'bbb'), 0);
  relay.fromClients(batchFrom(3, 'c'), 0);
  const { lost, droppedByQueue } = relay.up.counters;
  t.deepEqual([lost, droppedByQueue, relay.underWay], [1, 1, 2]);
});

test('a duplicate leaves twice, a damaged datagram differs, and the copy of one does not', (t) => {
  const { relay, sockets } = relayWith({ up: { duplicationRate: 1, corruptionRate: 1 } });
  relay.fromClients(batchFrom(1, 'text'), 0);
  relay.turn(0);
  const [{ sent }] = sockets.upstream;
  t.is(sent.length, 2);
  t.is(sent.filter((text) => text === 'text→9').length, 1);
});

test('a silent client is forgotten, and welcome again', (t) => {
  const { relay, sockets } = relayWith({}, { idleTimeoutMicros: 5e6 });
  relay.fromClients(batchFrom(1, 'x'), 0);
  relay.fromClients(batchFrom(2, 'x'), 4e6);
  relay.turn(6e6);
  t.deepEqual(
    sockets.upstream.map(({ closed }) => closed),
    [true, false],
  );
  relay.fromClients(batchFrom(1, 'back'), 6e6);
  relay.turn(6e6);
  t.deepEqual(sockets.upstream[2].sent, ['back→9']);
  t.deepEqual([relay.clients.count, relay.clients.total], [2, 3]);
});

test('answers keep a client alive', (t) => {
  const { relay, sockets } = relayWith({}, { idleTimeoutMicros: 5e6 });
  relay.fromClients(batchFrom(1, 'x'), 0);
  relay.fromTarget(sockets.upstream[0].client!(), batchFrom(TARGET, 'y'), 4e6);
  relay.turn(6e6);
  t.false(sockets.upstream[0].closed);
});

test('a client is not forgotten while something of it is under way, or for it', (t) => {
  const slow = { delayMicros: 8e6 };
  const { relay, sockets } = relayWith({ up: slow, down: slow }, { idleTimeoutMicros: 5e6 });
  relay.fromClients(batchFrom(1, 'x'), 0);
  relay.turn(7e6);
  relay.turn(8e6);
  const [upstream] = sockets.upstream;
  t.deepEqual(upstream.sent, ['x→9']);
  relay.fromTarget(upstream.client!(), batchFrom(TARGET, 'y'), 8e6);
  relay.turn(15e6);
  t.false(upstream.closed);
  relay.turn(16e6);
  t.deepEqual(sockets.listener.sent, ['y→1']);
  relay.turn(22e6);
  t.true(upstream.closed);
});

test('more clients than allowed are refused and counted, those there are served on', (t) => {
  const { relay, sockets } = relayWith({});
  for (const port of [1, 2, 3, 4, 5, 1]) relay.fromClients(batchFrom(port, 'x'), 0);
  relay.turn(0);
  t.is(sockets.upstream.length, 3);
  t.is(sockets.upstream[0].sent.length, 2);
  t.is(relay.clients.refused, 2);
});

test('a client for whom the system has no socket is refused, those there are served on', (t) => {
  const { relay, sockets } = relayWith({}, {}, new RecordingSockets(1));
  for (const port of [1, 2, 1]) relay.fromClients(batchFrom(port, 'x'), 0);
  relay.turn(0);
  t.deepEqual(sockets.upstream[0].sent, ['x→9', 'x→9']);
  t.deepEqual([relay.clients.count, relay.clients.total, relay.clients.refused], [1, 1, 1]);
});

test('datagrams of every size pass whole, and what finds no room is counted as lost', (t) => {
  const { relay, sockets } = relayWith({ up: { delayMicros: 10 } });
  const sizes = [0, 1, 2040, 2041, 65_507];
  relay.fromClients(batchFrom(1, ...sizes.map((size) => 'z'.repeat(size))), 0);
  relay.turn(10);
  const lengths = sockets.upstream[0].sent.map((text) => text.length - '→9'.length);
  t.deepEqual(lengths, sizes);
  for (let i = 0; i < 10; i++) relay.fromClients(batchFrom(1, 'z'.repeat(9000)), 20);
  t.is(relay.overflowed, 6);
  relay.turn(30);
  t.is(relay.underWay, 0);
});

test('every datagram in is lost, under way, or out: nothing is forgotten', (t) => {
  const storm: Partial<PathConditions> = {
    lossRate: 0.1,
    burst: burstLoss(0.05, 4),
    duplicationRate: 0.2,
    corruptionRate: 0.2,
    maximumDeliveryDelayMicros: 3000,
    bytesPerSecond: 5e5,
    queueBytes: 20,
  };
  const { relay } = relayWith({ up: storm });
  for (let now = 0; now < 50_000; now += 7) {
    relay.fromClients(batchFrom(1 + (now % 3), 'abc', 'd'), now);
    relay.turn(now);
    const { sent, lost, duplicated, delivered } = relay.up.counters;
    const kept = delivered + relay.underWay + relay.overflowed;
    if (sent - lost + duplicated !== kept)
      t.fail(`at ${now}: ${sent - lost + duplicated} ≠ ${kept}`);
  }
  t.true(relay.up.counters.droppedByQueue > 0 && relay.overflowed > 0);
});
