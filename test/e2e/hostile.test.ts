import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { randomStreams, type RandomStream } from '#hawser/shared/net/random.js';
import { bind, closeSocket, freePort, freePorts } from './helpers/ports.js';
import { playBoth, reportOf } from './helpers/program.js';

const HOST = '127.0.0.1';
const LARGEST_DATAGRAM_BYTES = 65_507;
const DATAGRAMS_A_BURST = 10;
const BURST_INTERVAL_MS = 5;

/** The first two bits of a segment of this version, so that the parser gets further. */
const VERSION_BITS = 0b0100_0000;

/** Noise of every length: empty, huge, random through and through, and with a plausible start. */
function hostileDatagram(random: RandomStream): Uint8Array {
  const length = random.chance(0.02)
    ? random.below(LARGEST_DATAGRAM_BYTES + 1)
    : random.below(random.chance(0.5) ? 40 : 1600);
  const bytes = Uint8Array.from({ length }, () => random.below(256));
  if (random.chance(0.6)) bytes[0] = VERSION_BITS | (bytes[0] & 0b0011_1111);
  if (random.chance(0.3)) bytes.fill(0, 1, 5);
  return bytes;
}

for (const seed of [1, 2, 3]) {
  for (const io of ['auto', 'dgram']) {
    test.serial(
      `hostile datagrams from a stranger change nothing: --io ${io}, seed ${seed}`,
      async (t) => {
        const ports = await freePorts();
        const stranger = await bind(await freePort());
        const [random] = randomStreams(seed, 1);
        const run = { over: false };
        const flags = ['--part', '2', '--seed', seed, '--io', io];
        const playing = playBoth(ports, ...flags).finally(() => (run.over = true));
        while (!run.over) {
          for (let sent = 0; sent < DATAGRAMS_A_BURST; sent++) {
            for (const port of ports) stranger.send(hostileDatagram(random), port, HOST);
          }
          await delay(BURST_INTERVAL_MS);
        }
        const endings = await playing;
        await closeSocket(stranger);
        for (const ending of endings) t.is(ending.exitCode, 0, ending.stderr);
        t.true(endings.some((ending) => (reportOf(ending).counters?.malformed ?? 0) > 0));
      },
    );
  }
}
