/** Bulk transfers while somebody on the path, and somebody off it, do their worst. */
import test from 'ava';
import type { StreamerHost } from '#hawser/main/threads/streamer-host.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { mutation, noise } from '../e2e/helpers/hostile-datagrams.js';
import { bind, closeSocket, freePort } from '../e2e/helpers/ports.js';
import { Relay, type Tampering } from '../e2e/helpers/relay.js';
import type { Outcome } from './fixtures/script.js';
import { hostForTwo, play } from './support.js';

const HOST = '127.0.0.1';
const BYTES = 1 << 19;
const REMEMBERED = 200;

let host: StreamerHost;

test.before(() => {
  host = hostForTwo();
});
test.after.always(() => host.close());

async function exchangeThrough(relay: Relay, io: 'dgram' | 'auto'): Promise<Outcome[]> {
  const [one, two] = [relay.portsOfOne, relay.portsOfTwo];
  const story = { scene: 'exchange', bytesOut: BYTES, bytesIn: BYTES, options: { io } };
  const outcomes = await Promise.all([
    play(host, { ...story, localPort: one[0], remotePort: one[1], seedOut: 1, seedIn: 2 }),
    play(host, { ...story, localPort: two[1], remotePort: two[0], seedOut: 2, seedIn: 1 }),
  ]);
  await relay.close();
  return outcomes;
}

/** For each datagram also one of another kind, from the very address of the peer. */
function tampering(seed: number): Tampering {
  const [random] = randomStreams(seed, 1);
  const seen: Uint8Array[] = [];
  return (datagram) => {
    if (seen.length < REMEMBERED) seen.push(datagram);
    else seen[random.below(REMEMBERED)] = datagram;
    const kind = random.below(4);
    if (kind === 0) return [datagram, noise(random)];
    if (kind === 1) return [mutation(datagram, random), datagram];
    if (kind === 2) return [datagram, seen[random.below(seen.length)]];
    return [mutation(datagram, random)];
  };
}

for (const io of ['dgram', 'auto'] as const) {
  for (const seed of [1, 2]) {
    test.serial(
      `${io}: nothing that comes in the peer's name changes a byte, seed ${seed}`,
      async (t) => {
        const relay = await Relay.start(tampering(seed));
        for (const outcome of await exchangeThrough(relay, io)) {
          t.like(outcome, { error: undefined, received: BYTES, intact: true }, outcome.message);
          t.true((outcome.statistics?.corrupt ?? 0) > 0);
          t.true((outcome.statistics?.malformed ?? 0) > 0);
        }
      },
    );
  }

  test.serial(`${io}: what strangers send changes nothing`, async (t) => {
    const [random] = randomStreams(7, 1);
    const stranger = await bind(await freePort());
    const relay: Relay = await Relay.start((datagram) => {
      for (const port of [relay.portsOfOne[0], relay.portsOfTwo[1]]) {
        stranger.send(noise(random), port, HOST);
        // Even what the peer itself said: it comes from the wrong address.
        stranger.send(datagram, port, HOST);
      }
      return [datagram];
    });
    for (const outcome of await exchangeThrough(relay, io)) {
      t.like(outcome, { error: undefined, received: BYTES, intact: true }, outcome.message);
      t.true((outcome.statistics?.strangers ?? 0) > 0);
    }
    await closeSocket(stranger);
  });
}
