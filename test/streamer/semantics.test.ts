/** What send, recv and close mean, over real sockets and threads. */
import test from 'ava';
import type { StreamerHost } from '#hawser/main/threads/streamer-host.js';
import { Streamer } from '#hawser/shared/streamer.js';
import { freePorts } from '../e2e/helpers/ports.js';
import { closedGate, openGate, type Outcome, type Script } from './fixtures/script.js';
import { hostForTwo, playBoth, playInWorker, untilOpen } from './support.js';

const MEGABYTE = 1 << 20;

let host: StreamerHost;

// A host serves every Streamer of its process, so there is one, and the tests take turns.
test.before(() => {
  host = hostForTwo();
});
test.after.always(() => host.close());

async function exchange(
  first: Partial<Script>,
  second: Partial<Script>,
  options: Script['options'] = {},
): Promise<[Outcome, Outcome]> {
  return await playBoth(host, await freePorts(), [first, second], options);
}

for (const io of ['dgram', 'auto'] as const) {
  test.serial(`${io}: pieces of any size arrive as one stream, to its end`, async (t) => {
    for (const seed of [1, 2]) {
      const story = { bytesOut: 3 * MEGABYTE, seedOut: seed };
      const [sender, receiver] = await exchange(
        { scene: 'send', ...story },
        { scene: 'receive', seedIn: seed },
        { io },
      );
      t.is(sender.error, undefined, sender.message);
      t.like(receiver, { received: 3 * MEGABYTE, intact: true }, `seed ${seed}`);
    }
  });

  test.serial(`${io}: large streams both ways at once do not hinder each other`, async (t) => {
    const bytes = 4 * MEGABYTE;
    const [one, two] = await exchange(
      { scene: 'exchange', bytesOut: bytes, seedOut: 1, bytesIn: bytes, seedIn: 2 },
      { scene: 'exchange', bytesOut: bytes, seedOut: 2, bytesIn: bytes, seedIn: 1 },
      { io },
    );
    t.like(one, { error: undefined, received: bytes, intact: true }, one.message);
    t.like(two, { error: undefined, received: bytes, intact: true }, two.message);
  });

  test.serial(
    `${io}: a reader that does not read closes the window, and loses nothing`,
    async (t) => {
      const gate = closedGate();
      const bytes = 200_000;
      const playing = exchange(
        { scene: 'send', bytesOut: bytes, seedOut: 3 },
        { scene: 'receiveOnceTheGateIsOpen', seedIn: 3, gate },
        { io, windowSegments: 8 },
      );
      const probing = setInterval(() => {
        const asked = host.endpoints().some((endpoint) => {
          return !endpoint.stopped && endpoint.statistics().windowProbesSent > 1;
        });
        if (asked) openGate(gate);
      }, 20);
      const [sender, receiver] = await playing;
      clearInterval(probing);
      t.is(sender.error, undefined, sender.message);
      t.true((sender.statistics?.windowProbesSent ?? 0) > 1);
      t.like(receiver, { received: bytes, intact: true });
    },
  );
}

test.serial('large streams both ways survive loss, corruption and reordering', async (t) => {
  const bytes = 2 * MEGABYTE;
  const impairment = { lossRate: 0.1, corruptionRate: 0.1, maxDeliveryDelayMs: 20, seed: 5 };
  const [one, two] = await exchange(
    { scene: 'exchange', bytesOut: bytes, seedOut: 1, bytesIn: bytes, seedIn: 2 },
    { scene: 'exchange', bytesOut: bytes, seedOut: 2, bytesIn: bytes, seedIn: 1 },
    { impairment },
  );
  for (const side of [one, two]) {
    t.like(side, { error: undefined, received: bytes, intact: true }, side.message);
    t.true((side.statistics?.corrupt ?? 0) > 0);
    t.true((side.statistics?.simulatedDropped ?? 0) > 0);
  }
});

test.serial('a send of nothing sends nothing, and the stream just ends', async (t) => {
  const [sender, receiver] = await exchange({ scene: 'sendNothing' }, { scene: 'receive' });
  t.like(sender, { error: undefined, statistics: { payloadBytesSent: 0 } });
  t.like(receiver, { error: undefined, received: 0 });
});

test.serial('the end of one direction leaves the other open', async (t) => {
  const [one, two] = await exchange(
    { scene: 'sendAndListen', bytesOut: 10, seedOut: 1, seedIn: 2 },
    { scene: 'answer', bytesOut: 500_000, seedOut: 2, bytesIn: 10, seedIn: 1 },
  );
  t.like(one, { error: undefined, received: 500_000, intact: true }, one.message);
  t.like(two, { error: undefined, received: 10, intact: true }, two.message);
});

test.serial(
  'close discards what was not read, and the peer can still close in peace',
  async (t) => {
    const [sender, receiver] = await exchange(
      { scene: 'send', bytesOut: 5 * MEGABYTE, seedOut: 1 },
      { scene: 'closeWithoutReading', seedIn: 1 },
    );
    t.is(sender.error, undefined, sender.message);
    t.is(receiver.error, undefined, receiver.message);
    t.true(receiver.received < 5 * MEGABYTE && receiver.intact);
    t.is(sender.statistics?.payloadBytesAcknowledged, 5 * MEGABYTE);
  },
);

test.serial(
  'after close the port is free for the next connection between the same two',
  async (t) => {
    const scene = 'closeAndOpenAgain';
    const [one, two] = await exchange({ scene }, { scene });
    t.is(one.error, undefined, one.message);
    t.is(two.error, undefined, two.message);
  },
);

test.serial('two sides that close at once without a word both return', async (t) => {
  const [one, two] = await exchange({ scene: 'closeAtOnce' }, { scene: 'closeAtOnce' });
  t.is(one.error, undefined, one.message);
  t.is(two.error, undefined, two.message);
});

test.serial('after close, close again does nothing, and send and recv refuse', async (t) => {
  const [one] = await exchange({ scene: 'useAfterClose' }, { scene: 'closeAtOnce' });
  t.deepEqual(one.codes, ['', '', 'ERR_HAWSER_CLOSED', 'ERR_HAWSER_CLOSED']);
});

test.serial(
  'stop-and-wait, without Nagle, over a window of one segment: slow, but right',
  async (t) => {
    const [, receiver] = await exchange(
      { scene: 'send', bytesOut: 60_000, seedOut: 4 },
      { scene: 'receive', seedIn: 4 },
      { maximumInFlight: 1, windowSegments: 1, noDelay: true },
    );
    t.like(receiver, { error: undefined, received: 60_000, intact: true }, receiver.message);
  },
);

test.serial('a host that is closed ends the calls that block on its threads', async (t) => {
  const [localPort, remotePort] = await freePorts();
  const gate = closedGate();
  const playing = playInWorker({ scene: 'tellAndReceive', localPort, remotePort, gate });
  await untilOpen(gate);
  await host.close();
  host = hostForTwo();
  t.is((await playing).error, 'ERR_HAWSER_CLOSED');
});

test.serial('on the main thread, which must not block, a Streamer is refused', (t) => {
  t.throws(() => new Streamer('127.0.0.1', 9, '127.0.0.1', 0), { code: 'ERR_HAWSER_BAD_OPTION' });
});
