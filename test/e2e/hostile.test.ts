import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { randomStreams } from '#hawser/shared/net/random.js';
import { Forger } from '../wire/forger.js';
import { mutation, noise } from './helpers/hostile-datagrams.js';
import { bind, closeSocket, freePort, freePorts } from './helpers/ports.js';
import { playBoth, reportOf, startRole } from './helpers/program.js';
import { Relay } from './helpers/relay.js';

const HOST = '127.0.0.1';
const DATAGRAMS_A_BURST = 10;
const BURST_INTERVAL_MS = 5;
/** `HOSTILE_SEEDS=20` plays so many. */
const SEEDS = Array.from({ length: Number(process.env['HOSTILE_SEEDS'] ?? 2) }, (_, i) => 1 + i);

test.serial(
  'noise, and forged copies whose check holds, from a stranger change nothing',
  async (t) => {
    const stranger = await bind(await freePort());
    t.teardown(() => closeSocket(stranger));
    const [random] = randomStreams(4, 1);
    const forgers = { toOne: new Forger(), toTwo: new Forger() };
    const relay = await Relay.start((datagram, direction) => {
      const forger = forgers[direction];
      forger.see(datagram);
      for (const port of [relay.portsOfOne[0], relay.portsOfTwo[1]]) {
        stranger.send(forger.forge(datagram, random), port, HOST);
        stranger.send(noise(random), port, HOST);
      }
      return [datagram];
    });
    t.teardown(() => relay.close());
    const flags = [
      '--loss-rate',
      0.1,
      '--corruption-rate',
      0.1,
      '--max-delivery-delay',
      0.1,
      '--seed',
      4,
    ] as const;
    const one = startRole(1, relay.portsOfOne, ...flags);
    const two = startRole(2, relay.portsOfTwo, ...flags);
    for (const ending of [await one.ended, await two.ended]) {
      t.is(ending.exitCode, 0, ending.stderr);
      t.true((reportOf(ending).counters?.strangers ?? 0) > 0);
    }
  },
);

for (const seed of SEEDS) {
  test.serial(`noise from a stranger changes nothing, seed ${seed}`, async (t) => {
    const ports = await freePorts();
    const stranger = await bind(await freePort());
    const [random] = randomStreams(seed, 1);
    const run = { over: false };
    const playing = playBoth(ports, '--part', '2', '--seed', seed).finally(() => {
      run.over = true;
    });
    while (!run.over) {
      for (let sent = 0; sent < DATAGRAMS_A_BURST; sent++) {
        for (const port of ports) stranger.send(noise(random), port, HOST);
      }
      await delay(BURST_INTERVAL_MS);
    }
    await closeSocket(stranger);
    for (const ending of await playing) {
      t.is(ending.exitCode, 0, ending.stderr);
      t.true((reportOf(ending).counters?.strangers ?? 0) > 0);
    }
  });

  test.serial(
    `noise and damaged copies in the peer's name change nothing, seed ${seed}`,
    async (t) => {
      const [random] = randomStreams(seed, 1);
      const relay = await Relay.start((datagram) => [
        noise(random),
        mutation(datagram, random),
        datagram,
        mutation(datagram, random),
      ]);
      t.teardown(() => relay.close());
      const flags = ['--part', '2', '--nums', 3000, '--seed', seed] as const;
      const one = startRole(1, relay.portsOfOne, ...flags);
      const two = startRole(2, relay.portsOfTwo, ...flags);
      for (const ending of [await one.ended, await two.ended]) {
        t.is(ending.exitCode, 0, ending.stderr);
        const { corrupt = 0, malformed = 0 } = reportOf(ending).counters ?? {};
        t.true(corrupt + malformed > 0);
      }
    },
  );

  test.serial(`old datagrams that come again and again change nothing, seed ${seed}`, async (t) => {
    const [random] = randomStreams(seed, 1);
    const kept: Uint8Array[] = [];
    const relay = await Relay.start((datagram) => {
      kept.push(datagram);
      return [datagram, ...Array.from({ length: 3 }, () => kept[random.below(kept.length)])];
    });
    t.teardown(() => relay.close());
    const flags = ['--part', '3', '--nums', 3000, '--seed', seed] as const;
    const one = startRole(1, relay.portsOfOne, ...flags);
    const two = startRole(2, relay.portsOfTwo, ...flags);
    for (const ending of [await one.ended, await two.ended]) {
      t.is(ending.exitCode, 0, ending.stderr);
    }
  });
}
