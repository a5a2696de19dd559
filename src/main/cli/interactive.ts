/**
 * `hawser interactive`: the file-transfer course's client and server, with its menu and its message
 * log. Main thread. What runs it is imported only when the command is.
 */
import { type Command, Option } from 'commander';
import type { InteractiveSettings } from '../interactive/settings.js';
import { IO_NAMES } from './classroom-options.js';
import { numberFrom, portArgument, wholeNumberFrom, wholeNumbersFrom } from './values.js';

export interface InteractiveFlags extends Omit<InteractiveSettings, 'serverPort' | 'clientPort'> {
  readonly server?: true;
  readonly client?: true;
}

/** The server listens on the first and talks to the second; the client the reverse. */
const DEFAULT_PORTS = [8000, 8001] as const;

const EXAMPLES = `
Examples, in two terminals, in either order:
  $ node dist/main.js interactive --server --directory received
  $ node dist/main.js interactive --client --file picture.jpg

  The client's menu: 0 sends the file, 1 ends the connection.

The course's simulation:
  $ node dist/main.js interactive --client --file picture.jpg --lose-packets
  $ node dist/main.js interactive --client --file picture.jpg --lose-packets 3,17,40 --mix-order
  $ node dist/main.js interactive --server --lose-first-ack

Refused, and told why:
  $ node dist/main.js interactive --server --known alice --known bob
  $ node dist/main.js interactive --client --name mallory
  $ node dist/main.js interactive --client --fragment-size 1000

Between two machines, here at 192.0.2.1 (server) and 192.0.2.2:
  $ node dist/main.js interactive --server --bind 192.0.2.1 --host 192.0.2.2
  $ node dist/main.js interactive --client --bind 192.0.2.2 --host 192.0.2.1

Exit codes: 0 the connection was ended in order, 1 failed, 2 bad flags, 130 and 143 interrupted.
`;

/** Flags that mean something on one side only. */
const ONE_SIDED: Readonly<Record<'client' | 'server', readonly string[]>> = {
  client: ['file', 'name', 'ackTimeout', 'losePackets', 'mixOrder'],
  server: ['directory', 'known', 'loseFirstAck'],
};

export function registerInteractive(program: Command): void {
  const command = program
    .command('interactive')
    .description("play the file-transfer course's server or client, with its menu and message log")
    .argument('[serverPort]', "the server's UDP port", portArgument, DEFAULT_PORTS[0])
    .argument('[clientPort]', "the client's UDP port", portArgument, DEFAULT_PORTS[1]);
  for (const option of [...sides(), ...terms(), ...switches(), ...link()])
    command.addOption(option);
  command.addHelpText('after', EXAMPLES).action(act);
}

const flag = (flags: string, text: string) => new Option(flags, text);

function sides(): Option[] {
  return [
    flag('--server', 'be the server: log every message, save files').conflicts('client'),
    flag('--client', 'be the client: connect, then show the menu'),
    flag('--file <path>', 'client: what 0 sends (default: it asks)'),
    flag('--directory <path>', 'server: where files are saved').default('.'),
    flag('--name <name>', 'client: what it calls itself').default('client'),
    flag(
      '--known <name>',
      'server: a client that may connect; repeat it (default: all may)',
    ).argParser((name: string, before?: readonly string[]) => [...(before ?? []), name]),
  ];
}

function terms(): Option[] {
  return [
    flag('--fragment-size <bytes>', 'bytes of file in a packet; both sides must have the same')
      .argParser(wholeNumberFrom(1, 65_000, 'bytes'))
      .default(500),
    flag('--window <packets>', 'packets ahead of the last ACK; both sides must have the same')
      .argParser(wholeNumberFrom(1, 10_000, 'packets'))
      .default(10),
    flag(
      '--ack-timeout <seconds>',
      'client: then an ACK is asked for; doubles with each of 3 requests',
    )
      .argParser(numberFrom(0.01, 60, 'seconds'))
      .default(0.5),
  ];
}

function switches(): Option[] {
  return [
    flag('--lose-packets [numbers]', 'client: these are lost the first time')
      .preset('12,55')
      .argParser(wholeNumbersFrom(1, 2 ** 40)),
    flag('--lose-first-ack [count]', 'server: so many ACKs are lost, from the first on')
      .preset('1')
      .argParser(wholeNumberFrom(0, 2 ** 40)),
    flag('--mix-order', 'client: the packets of a window leave in random order').default(false),
    flag('--seed <seed>', 'of the random order')
      .argParser(wholeNumberFrom(0, 0xffff_ffff))
      .default(1),
  ];
}

function link(): Option[] {
  return [
    flag('--bind <host>', 'own address').default('127.0.0.1'),
    flag('--host <host>', 'address of the other side').default('127.0.0.1'),
    flag('--loss-rate <p>', 'of datagrams; repaired by the connection below, unseen here')
      .argParser(numberFrom(0, 1))
      .default(0),
    flag('--corruption-rate <p>', 'of datagrams, the same').argParser(numberFrom(0, 1)).default(0),
    flag('--max-delivery-delay <seconds>', 'of datagrams, the same')
      .argParser(numberFrom(0, 60, 'seconds'))
      .default(0),
    flag('--idle-timeout <seconds>', 'gives up on a peer that does not come or falls silent')
      .argParser(numberFrom(0.1, 86_400, 'seconds'))
      .default(60),
    flag('--io <port>', 'how datagrams reach the kernel')
      .choices(IO_NAMES)
      .default('auto')
      .env('HAWSER_IO'),
    flag('--quiet', 'no message log').default(false),
  ];
}

async function act(
  serverPort: number,
  clientPort: number,
  flags: InteractiveFlags,
  command: Command,
): Promise<void> {
  if (flags.server === flags.client) command.error('error: say which side: --server or --client');
  if (serverPort === clientPort) {
    command.error(`error: the two sides need two ports, but both are ${serverPort}`);
  }
  const side = flags.server === true ? 'server' : 'client';
  refuseFlagsOfTheOther(side, command);
  const { runInteractive } = await import('../interactive/index.js');
  process.exitCode = await runInteractive(side, { ...flags, serverPort, clientPort });
}

function refuseFlagsOfTheOther(side: 'client' | 'server', command: Command): void {
  const other = side === 'server' ? 'client' : 'server';
  for (const name of ONE_SIDED[other]) {
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const long = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    command.error(`error: --${long} is for the ${other}`);
  }
}
