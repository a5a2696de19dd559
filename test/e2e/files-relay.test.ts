/** Files through `relay`, which stands between two processes and is a bad network. */
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { randomStreams } from '#hawser/shared/net/random.js';
import { contents, makeFolder, makeTree, temporaryFolder } from '../files/support/trees.js';
import { freePort } from './helpers/ports.js';
import { Program } from './helpers/program.js';
import { type Flags, killAll, outcomesOf, Receiving } from './helpers/transfer.js';

test.afterEach.always(killAll);

const FILES = 14;

const networks: [what: string, flags: Flags][] = [
  ['loses, damages and doubles', spread({ loss: 0.05, corruption: 0.05, duplicate: 0.05 })],
  ['reorders', ['--max-delivery-delay', '20ms']],
  ['is narrow and has a short queue', ['--delay', '5ms', '--rate', '20M', '--queue', '20kB']],
  [
    'loses in bursts and is gone for a while',
    ['--burst-loss', '0.05:4', '--blackout', '0.2s:0.3s'],
  ],
];

for (const [i, [what, flags]] of networks.entries()) {
  test.serial(`a tree arrives through a network that ${what}`, async (t) => {
    const root = temporaryFolder(t);
    const [from, into] = [makeFolder(root, 'from'), makeFolder(root, 'into')];
    makeTree(randomStreams(i, 1)[0], join(from, 'tree'), FILES);
    const receiving = await Receiving.start(into);
    const entrance = await startRelay(t, receiving.port, ...flags, '--seed', i);
    const to = `127.0.0.1:${entrance}`;
    const sent = await new Program('send', join(from, 'tree'), to, '--quiet', '--json').ended;
    t.is(sent.exitCode, 0, sent.stderr);
    t.deepEqual(outcomesOf(sent)[0].counts, { stored: FILES });
    t.is((await receiving.stop()).ending.exitCode, 0);
    t.deepEqual(contents(into), contents(from));
  });
}

function spread(rates: Readonly<Record<string, number>>): Flags {
  return Object.entries(rates).flatMap(([name, rate]) => [`--${name}-rate`, rate]);
}

/** Resolves with the port that it listens on, once it does. */
async function startRelay(t: ExecutionContext, port: number, ...flags: Flags): Promise<number> {
  const entrance = await freePort();
  const ends = ['--listen', `127.0.0.1:${entrance}`, '--to', `127.0.0.1:${port}`];
  const relay = new Program('relay', ...ends, ...flags);
  t.teardown(async () => {
    relay.kill('SIGINT');
    await relay.ended;
  });
  await relay.untilSaid(String(entrance));
  return entrance;
}
