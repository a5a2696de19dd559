/** How a Streamer ends when it cannot go on: each time with the code that says why. */
import test from 'ava';
import type { StreamerHost } from '#hawser/main/threads/streamer-host.js';
import { bind, closeSocket, freePort, freePorts } from '../e2e/helpers/ports.js';
import { closedGate, type Script } from './fixtures/script.js';
import { hostForTwo, PeerProcess, play, playBoth, untilOpen } from './support.js';

const BULK_BYTES = 1 << 30;

let host: StreamerHost;

test.before(() => {
  host = hostForTwo();
});
test.after.always(() => host.close());

for (const io of ['dgram', 'auto'] as const) {
  test.serial(`${io}: a port in use is refused, and named`, async (t) => {
    const taken = await bind(await freePort());
    const { port } = taken.address();
    const options = { io };
    const outcome = await play(host, { scene: 'send', localPort: port, remotePort: 9, options });
    await closeSocket(taken);
    t.is(outcome.error, 'ERR_HAWSER_ADDRESS_IN_USE');
    t.regex(outcome.message ?? '', new RegExp(`${port}`));
  });

  test.serial(`${io}: a peer that is killed is given up after the idle time-out`, async (t) => {
    const { local, peer } = await talkingToAPeer(io, { idleTimeoutMs: 1_000 });
    await peer.kill();
    const outcome = await local;
    t.is(outcome.error, 'ERR_HAWSER_PEER_LOST', outcome.message);
    t.true(outcome.received > 0 && outcome.intact);
  });

  test.serial(`${io}: a peer that was restarted is recognised, not mixed up`, async (t) => {
    const { local, peer, restart } = await talkingToAPeer(io, { idleTimeoutMs: 60_000 });
    await peer.kill();
    const successor = restart();
    const outcome = await local;
    await successor.kill();
    t.is(outcome.error, 'ERR_HAWSER_PEER_RESTARTED', outcome.message);
    t.true(outcome.received > 0 && outcome.intact);
  });
}

/** Our application reads a stream without end from another process, and has its first bytes. */
async function talkingToAPeer(io: 'dgram' | 'auto', limits: Script['options']) {
  const [localPort, remotePort] = await freePorts();
  const gate = closedGate();
  const options = { io, connectTimeoutMs: 60_000, ...limits };
  const sending: Script = {
    scene: 'send',
    localPort: remotePort,
    remotePort: localPort,
    bytesOut: BULK_BYTES,
    seedOut: 1,
    options: { io },
  };
  const peer = new PeerProcess(sending);
  const local = play(host, {
    scene: 'receiveAndTell',
    localPort,
    remotePort,
    seedIn: 1,
    gate,
    options,
  });
  await Promise.race([untilOpen(gate), local]);
  return { local, peer, restart: () => new PeerProcess(sending) };
}

test.serial('a host name that cannot be resolved is refused, and quoted', async (t) => {
  for (const remoteHost of ['no..such..host', '']) {
    const script = { scene: 'send', localPort: 0, remotePort: 9, remoteHost };
    const outcome = await play(host, script);
    t.is(outcome.error, 'ERR_HAWSER_ADDRESS_INVALID', outcome.message);
    t.regex(outcome.message ?? '', new RegExp(`"${remoteHost}"`));
  }
});

test.serial('options out of range are refused, and named', async (t) => {
  const script = { scene: 'send', localPort: 0, remotePort: 9 };
  for (const options of [{ windowSegments: 0 }, { idleTimeoutMs: NaN }, { maximumInFlight: -1 }]) {
    const outcome = await play(host, { ...script, options });
    t.is(outcome.error, 'ERR_HAWSER_BAD_OPTION');
    t.regex(outcome.message ?? '', new RegExp(Object.keys(options)[0]));
  }
});

test.serial('a peer that never comes is given up, in every call', async (t) => {
  const [localPort, remotePort] = await freePorts();
  const options = { connectTimeoutMs: 200 };
  const outcome = await play(host, { scene: 'useAfterFailure', localPort, remotePort, options });
  const gaveUp = 'ERR_HAWSER_CONNECT_TIMEOUT';
  t.deepEqual(outcome.codes, [gaveUp, gaveUp, gaveUp, gaveUp, '']);
});

test.serial(
  'a Streamer that has failed takes no threads from the next, closed or not',
  async (t) => {
    const options = { connectTimeoutMs: 100 };
    for (const scene of ['closeAtOnce', 'receive', 'closeAtOnce', 'receive']) {
      const [localPort, remotePort] = await freePorts();
      const outcome = await play(host, { scene, localPort, remotePort, options });
      t.is(outcome.error, 'ERR_HAWSER_CONNECT_TIMEOUT', outcome.message);
    }
    const [, receiver] = await playBoth(host, await freePorts(), [
      { scene: 'send', bytesOut: 1_000, seedOut: 1 },
      { scene: 'receive', seedIn: 1 },
    ]);
    t.like(receiver, { error: undefined, received: 1_000, intact: true }, receiver.message);
  },
);
