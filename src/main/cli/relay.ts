/** `hawser relay`: a network between any two UDP programs, as bad as one likes. Main thread. */
import { type Command, Option } from 'commander';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import { IO_NAMES } from './classroom-options.js';
import { addPathOptions, pathConditions } from './path-flags.js';
import { addressFrom, timeUpTo } from './units.js';
import { wholeNumberFrom } from './values.js';

const EXAMPLES = `
Clients send to --listen; each is seen by --to under a port of its own. "Up" is from the clients to
the target, "down" is back. Every flag of the network above holds for both directions; --up-… or
--down-… before its name gives one direction its own, as in --down-rate 20M.
Times are 25ms or 0.5s (a bare number is seconds), rates 100M or 1.5G bits a second, sizes 625kB.

Examples:
  $ node dist/main.js relay --listen :9000 --to 127.0.0.1:9001 --delay 25ms --rate 100M --queue 625kB
  $ node dist/main.js relay --listen :9000 --to 127.0.0.1:9001 --loss-rate 0.1 --max-delivery-delay 100ms
  $ node dist/main.js relay --listen :9000 --to [::1]:53 --burst-loss 0.02:8 --up-rate 5M --down-rate 50M
  $ node dist/main.js relay --listen :9000 --to 127.0.0.1:9001 --blackout 5s:2s --duration 20s --json

Exit codes: 0 after --duration, 1 failed, 2 bad flags, 130 and 143 interrupted.
`;

const DAY_SECONDS = 86_400;

export interface RelayFlags extends Readonly<Record<string, unknown>> {
  readonly listen: SocketAddress;
  readonly to: SocketAddress;
  readonly seed: number;
  readonly clients: number;
  readonly idleTimeout: number;
  readonly duration?: number;
  readonly io: (typeof IO_NAMES)[number];
  readonly quiet: boolean;
  readonly json: boolean;
}

export function registerRelay(program: Command): void {
  const command = program
    .command('relay')
    .description('a network with loss, delay and a bottleneck between any UDP programs')
    .requiredOption(
      '--listen <host:port>',
      'where clients send to; port 0 takes a free one',
      addressFrom(0),
    )
    .requiredOption('--to <host:port>', 'the target', addressFrom(1));
  addPathOptions(command)
    .option('--seed <seed>', 'the same seed, the same misfortune', wholeNumberFrom(0, 2 ** 30), 1)
    .option('--clients <count>', 'most clients at a time', wholeNumberFrom(1, 10_000), 256)
    .addOption(
      new Option('--idle-timeout <time>', 'forgets a client after this silence')
        .argParser(timeUpTo(DAY_SECONDS))
        .default(60e6, '60s'),
    )
    .option('--duration <time>', 'ends by itself', timeUpTo(DAY_SECONDS))
    .addOption(
      new Option('--io <port>', 'how datagrams reach the kernel')
        .choices(IO_NAMES)
        .default('auto')
        .env('HAWSER_IO'),
    )
    .option('--quiet', 'results only, no live counters', false)
    .option('--json', 'one JSON object as the last line on standard output', false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}

async function act(flags: RelayFlags) {
  const { runRelay } = await import('./relay-session.js');
  const conditions = { up: pathConditions(flags, 'up'), down: pathConditions(flags, 'down') };
  process.exitCode = await runRelay(flags, conditions);
}
