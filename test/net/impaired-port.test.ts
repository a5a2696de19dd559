import test from 'ava';

import { HawserError } from '#hawser/shared/errors.js';

import { PEER, VirtualLink } from './support/virtual-link.js';
import { runOf } from './support/run-of.js';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `#${index + 1}`);

test('without impairments everything passes at once and unchanged', (t) => {
  const link = new VirtualLink({ impairments: {} });
  link.send(...numbered(100));
  t.deepEqual(link.delivered, numbered(100));
  t.is(link.counters.sent, 100);
  t.is(link.counters.delivered, 100);
});

test('the share of lost datagrams is the loss rate', (t) => {
  const link = new VirtualLink({ impairments: { seed: 1, lossRate: 0.1 } });
  for (let round = 0; round < 100; round++) link.send(...numbered(100));
  // 10 000 draws at 0.1: standard deviation 30.
  t.true(Math.abs(link.counters.dropped - 1000) < 120, `${link.counters.dropped} dropped`);
  t.is(link.delivered.length, 10_000 - link.counters.dropped);
  t.is(link.counters.sent, 10_000);
});

test('the share of corrupted datagrams is about the corruption rate', (t) => {
  const link = new VirtualLink({ impairments: { seed: 2, corruptionRate: 0.1 } });
  const sent = 'x'.repeat(1000);
  for (let round = 0; round < 5000; round++) link.send(sent);
  const hit = link.delivered.filter((text) => text !== sent);
  t.is(hit.length, link.counters.corrupted);
  // 1 − (1 − p)^bits is 0.0952; of 5000, 476 with a standard deviation of 21.
  t.true(Math.abs(hit.length - 476) < 85, `${hit.length} corrupted`);
  t.true(hit.every((text) => text.length === sent.length));
});

test('delays are uniform up to the maximum and mix up the order', (t) => {
  const link = new VirtualLink({ impairments: { seed: 3, maxDeliveryDelayMs: 100 } });
  const start = link.nowMicros;
  link.send(...numbered(2000));
  link.advance(200);
  const delays = link.inner.deliveries.map(({ atMicros }) => (atMicros - start) / 1e3);
  const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  t.is(delays.length, 2000);
  t.true(Math.abs(mean - 50) < 4, `mean ${mean} ms`);
  t.true(
    delays.every((delay) => delay < 101),
    'at most a grain of 1 ms late',
  );
  t.notDeepEqual(link.delivered, numbered(2000));
  t.deepEqual([...link.delivered].sort(), numbered(2000).sort());
});

test('what is due together is handed on together', (t) => {
  const link = new VirtualLink({ impairments: { seed: 4, maxDeliveryDelayMs: 32 } });
  for (let round = 0; round < 20; round++) link.send(...numbered(100));
  link.advance(40);
  t.is(link.delivered.length, 2000);
  t.true(link.inner.runLengths.length < 100, `${link.inner.runLengths.length} runs`);
});

test('the same seed takes the same decisions, another seed others', (t) => {
  const impairments = { lossRate: 0.2, corruptionRate: 0.2, maxDeliveryDelayMs: 50 };
  const storm = (seed: number) => {
    const link = new VirtualLink({ impairments: { ...impairments, seed } });
    link.send(...numbered(200));
    link.advance(100);
    return link.inner.deliveries;
  };
  t.deepEqual(storm(7), storm(7));
  t.notDeepEqual(storm(7), storm(8));
});

test('the decisions of seed 42 are the same for ever', (t) => {
  const link = new VirtualLink({
    impairments: { seed: 42, lossRate: 0.3, corruptionRate: 0.3, maxDeliveryDelayMs: 10 },
  });
  const start = link.nowMicros;
  link.send(...numbered(12));
  link.advance(20);
  t.deepEqual(
    link.inner.deliveries.map(({ text, atMicros }) => [text, Math.round(atMicros - start)]),
    [
      ['#5', 418],
      ["'7", 1096],
      ['#$', 2560],
      ['#10', 4094],
      ['&x', 4094],
      ['#2', 7819],
      ['#1', 8397],
      ['#3', 9680],
    ],
  );
});

test('turning on another impairment does not change which datagrams are lost', (t) => {
  const survivors = (more: object) => {
    const link = new VirtualLink({ impairments: { seed: 5, lossRate: 0.5, ...more } });
    link.send(...numbered(100));
    link.advance(100);
    return [...link.delivered].sort();
  };
  t.deepEqual(survivors({ maxDeliveryDelayMs: 20 }), survivors({}));
  t.deepEqual(survivors({ shuffleWindow: 8 }), survivors({}));
});

test('the link becomes reliable when its time has come', (t) => {
  const link = new VirtualLink({
    impairments: {
      lossRate: 1,
      corruptionRate: 1,
      maxDeliveryDelayMs: 50,
      becomeReliableAfterMs: 100,
      dropIndices: [3],
    },
  });
  link.send('lost');
  link.advance(99.9);
  link.send('lost');
  link.advance(0.1);
  link.send('number three', 'and four');
  t.deepEqual(link.delivered, ['number three', 'and four']);
  t.is(link.counters.dropped, 2);
});

test('given datagrams are lost, counted from one', (t) => {
  const link = new VirtualLink({ impairments: { dropIndices: [2, 5] } });
  link.send(...numbered(3));
  link.send('#4', '#5', '#6');
  t.deepEqual(link.delivered, ['#1', '#3', '#4', '#6']);
  t.is(link.counters.dropped, 2);
});

test('a predicate sees each whole datagram and loses those it says', (t) => {
  const seen: [string, number][] = [];
  let acks = 0;
  const link = new VirtualLink({
    impairments: { dropIndices: [1] },
    loses: (bytes, start, end, number) => {
      const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
      seen.push([text, number]);
      return text.startsWith('ack') && ++acks === 1;
    },
  });
  link.send('data a', 'ack first', 'data b', 'ack second');
  t.deepEqual(link.delivered, ['data b', 'ack second']);
  t.deepEqual(seen, [
    ['ack first', 2],
    ['data b', 3],
    ['ack second', 4],
  ]);
});

test('a full window is released in another order, nothing lost', (t) => {
  const link = new VirtualLink({ impairments: { seed: 9, shuffleWindow: 10 } });
  link.send(...numbered(9));
  t.deepEqual(link.delivered, []);
  link.send('#10');
  t.notDeepEqual(link.delivered, numbered(10));
  t.deepEqual([...link.delivered].sort(), numbered(10).sort());
});

test('a window that does not fill up is released after a short time', (t) => {
  const link = new VirtualLink({ impairments: { shuffleWindow: 10, shuffleHoldMs: 20 } });
  link.send(...numbered(3));
  link.advance(19);
  t.deepEqual(link.delivered, []);
  link.advance(1);
  t.deepEqual([...link.delivered].sort(), numbered(3));
});

test('with an interval, the port takes one datagram at a time and wakes who was refused', (t) => {
  const link = new VirtualLink({ impairments: { sendIntervalMs: 10 } });
  const backlog = numbered(5);
  link.onWake = () => {
    while (backlog.length > 0 && link.port.allowance(link.nowMicros) > 0) {
      link.send(backlog.shift() ?? '');
    }
  };
  const start = link.nowMicros;
  link.onWake();
  link.advance(100);
  t.deepEqual(
    link.inner.deliveries.map(({ text, atMicros }) => [text, (atMicros - start) / 1e3]),
    numbered(5).map((text, index) => [text, 10 * index]),
  );
  t.is(link.wakes.length, 4, 'no wake-up that nobody asked for');
});

test('who sends without asking has its datagrams spaced out all the same', (t) => {
  const link = new VirtualLink({ impairments: { sendIntervalMs: 10 } });
  const start = link.nowMicros;
  link.send(...numbered(4));
  link.advance(15);
  link.send('#5');
  link.advance(100);
  t.deepEqual(
    link.inner.deliveries.map(({ text, atMicros }) => [text, (atMicros - start) / 1e3]),
    numbered(5).map((text, index) => [text, 10 * index]),
  );
});

test('the interval stays when the link has become reliable', (t) => {
  const link = new VirtualLink({ impairments: { sendIntervalMs: 10, becomeReliableAfterMs: 0 } });
  link.send('#1', '#2');
  t.deepEqual(link.delivered, ['#1']);
  link.advance(10);
  t.deepEqual(link.delivered, ['#1', '#2']);
});

test('a full link lets nobody in, and tells when there is room again', (t) => {
  const link = new VirtualLink({ capacity: 8, impairments: { maxDeliveryDelayMs: 10 } });
  t.is(link.port.allowance(link.nowMicros), 8);
  link.send(...numbered(8));
  t.is(link.port.allowance(link.nowMicros), 0);
  link.send('over', 'flow');
  t.is(link.counters.overflowed, 2);
  link.advance(20);
  t.is(link.port.allowance(link.nowMicros), 8);
  t.is(link.counters.delivered, 8);
  t.true(link.wakes.length > 0);
});

test('datagrams for several peers each reach their own', (t) => {
  const link = new VirtualLink({ impairments: { seed: 6, maxDeliveryDelayMs: 5 } });
  const other = { host: '2001:db8::1', port: 9 };
  for (let round = 0; round < 20; round++) {
    link.port.send(runOf(['to peer']), PEER);
    link.port.send(runOf(['to other']), other);
  }
  link.advance(10);
  t.is(link.inner.deliveries.length, 40);
  for (const { text, to } of link.inner.deliveries) t.is(to, text === 'to peer' ? PEER : other);
});

test('a datagram of 1472 bytes passes, one of 1473 is an error and nothing of its run is sent', (t) => {
  const link = new VirtualLink({ impairments: {} });
  link.send('x'.repeat(1472));
  t.is(link.delivered.length, 1);
  t.throws(
    () => {
      link.send('fine', 'x'.repeat(1473));
    },
    { instanceOf: HawserError, code: 'ERR_HAWSER_DATAGRAM_TOO_LARGE', message: /1473/ },
  );
  t.is(link.delivered.length, 1);
  t.is(link.counters.sent, 1);
});

test('what is sent later are the bytes at the time of the call', (t) => {
  const link = new VirtualLink({ impairments: { maxDeliveryDelayMs: 10 } });
  const run = runOf(['original']);
  link.port.send(run, PEER);
  run.memory.fill(0);
  link.advance(20);
  t.deepEqual(link.delivered, ['original']);
});

test('received datagrams are counted', (t) => {
  const link = new VirtualLink({ impairments: { lossRate: 1 } });
  const nothing = () => undefined;
  link.receive({ count: 3, bytes: 100, forEach: nothing, forEachTrain: nothing });
  t.is(link.counters.received, 3);
  t.is(link.counters.receivedBytes, 100);
});

test('draining delivers what is delayed, and no later than its time', async (t) => {
  const link = new VirtualLink({ impairments: { maxDeliveryDelayMs: 10 } });
  link.send('last words');
  link.onWake = () => undefined;
  const draining = link.port.drain(20);
  link.nowMicros += 10_000;
  await draining;
  t.deepEqual(link.delivered, ['last words']);
});

test('closing drops what is delayed, and closing twice or using a closed port is harmless', async (t) => {
  const link = new VirtualLink({ impairments: { maxDeliveryDelayMs: 10 } });
  link.send('too late');
  await link.port.close();
  await link.port.close();
  await link.finished;
  link.send('into the void');
  t.deepEqual(link.delivered, []);
  await t.throwsAsync(
    link.port.run(
      { onDatagrams: () => undefined, onWake: () => undefined, nextDeadlineMicros: () => Infinity },
      () => false,
    ),
  );
});

for (const bad of [
  { lossRate: 1.1 },
  { lossRate: NaN },
  { corruptionRate: -0.1 },
  { maxDeliveryDelayMs: -1 },
  { sendIntervalMs: Infinity },
  { becomeReliableAfterMs: -1 },
  { seed: 0.5 },
  { shuffleWindow: 2.5 },
]) {
  test(`the impairment ${Object.entries(bad).join(' ')} is refused`, (t) => {
    t.throws(() => new VirtualLink({ impairments: bad }), { code: 'ERR_HAWSER_BAD_OPTION' });
  });
}
