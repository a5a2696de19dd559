/** `hawser sweep`: a grid of networks and settings, played in virtual time. Main thread. */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { CongestionName } from '../../shared/transport/congestion/choice.js';
import type { Axes, Shard } from '../sweep/grid.js';
import { bitRate, invalid, timeUpTo } from './units.js';
import { numberFrom, wholeNumberFrom } from './values.js';

const ALGORITHMS: readonly CongestionName[] = ['bbr', 'cubic', 'none'];

const EXAMPLES = `
Every value of a list is combined with every value of the others. Finished cells are kept in --out and
not played again, so an interrupted sweep goes on where it was; with --shard each machine plays its part
into a file of its own, and "cat" puts the files together.

Examples:
  $ node dist/main.js sweep
  $ node dist/main.js sweep --congestion bbr,cubic --loss 0,0.01,0.1 --rtt 10ms,50ms,200ms --seeds 3
  $ node dist/main.js sweep --congestion bbr+bbr,bbr+cubic --queue 0.5,1,4 --seconds 30
  $ node dist/main.js sweep --congestion none --rate any --reordering 0,100ms --window 4096,16384 --seconds 3
  $ node dist/main.js sweep --loss 0,0.1 --shard 2/4 --out part2.jsonl

Exit codes: 0 all cells have a result, 1 failed, 2 bad flags, 130 and 143 interrupted.
`;

export interface SweepFlags {
  readonly congestion: Axes['flows'];
  readonly loss: readonly number[];
  readonly rtt: readonly number[];
  readonly rate: Axes['rateMbit'];
  readonly queue: readonly number[];
  readonly reordering: readonly number[];
  readonly window: Axes['windowSegments'];
  readonly ackEvery: readonly number[];
  readonly ackDelay: readonly number[];
  readonly wakeLatency: readonly number[];
  readonly seconds: number;
  readonly megabytes?: readonly number[];
  readonly seeds: number;
  readonly shard: Shard;
  readonly out: string;
  readonly report: string;
  readonly workers: number;
  readonly quiet: boolean;
}

export function registerSweep(program: Command): void {
  const command = program
    .command('sweep')
    .description('play a grid of networks and settings in virtual time, and report on it');
  for (const [flags, text, parse, value, shown] of LISTS) {
    command.addOption(command.createOption(flags, text).argParser(parse).default(value, shown));
  }
  command
    .option('--megabytes <list>', 'what each connection sends (default: without end)', megabytes)
    .option('--seconds <seconds>', 'virtual time of a cell', numberFrom(0.1, 3600, 'seconds'), 10)
    .option('--seeds <count>', 'each cell so many times', wholeNumberFrom(1, 1000), 1)
    .addOption(
      command
        .createOption('--shard <i/n>', 'only the i-th of n parts')
        .argParser(shard)
        .default({ index: 1, count: 1 }, '1/1'),
    )
    .option('--out <file>', 'results, a line of JSON each', 'sweep.jsonl')
    .option('--report <file>', 'the page that is written at the end', 'sweep.html')
    .option('--workers <count>', 'threads', wholeNumberFrom(1, 256), availableParallelism())
    .option('--quiet', 'no progress, no tables', false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}

type ListFlag = readonly [
  flags: string,
  text: string,
  parse: (text: string) => unknown,
  value: readonly unknown[],
  shown: string,
];

const LISTS: readonly ListFlag[] = [
  [
    '--congestion <list>',
    'algorithms; a+b are two connections through one bottleneck',
    listOf(flows),
    [['bbr'], ['cubic'], ['none']],
    'bbr,cubic,none',
  ],
  [
    '--loss <list>',
    'probability that a datagram is lost',
    listOf(numberFrom(0, 0.99)),
    [0, 0.01, 0.05, 0.1],
    '0,0.01,0.05,0.1',
  ],
  ['--rtt <list>', 'round trip without queueing', listOf(millis), [50], '50ms'],
  ['--rate <list>', 'bottleneck in bits a second, or "any"', listOf(rate), [100], '100M'],
  [
    '--queue <list>',
    'room before it, in bandwidth-delay products',
    listOf(numberFrom(0, 100)),
    [1],
    '1',
  ],
  [
    '--reordering <list>',
    'every datagram takes up to this longer, at random',
    listOf(millis),
    [0],
    '0',
  ],
  [
    '--window <list>',
    'receive window in segments, or "auto": as the API has it',
    listOf(window),
    [null],
    'auto',
  ],
  [
    '--ack-every <list>',
    'segments that one acknowledgment may wait for',
    listOf(wholeNumberFrom(1, 4096)),
    [64],
    '64',
  ],
  ['--ack-delay <list>', 'how long it may wait for them', listOf(millis), [25], '25ms'],
  ['--wake-latency <list>', 'a woken thread is up to this late', listOf(millis), [0.05], '50us'],
];

async function act(flags: SweepFlags, command: Command) {
  const { out, report } = flags;
  if (resolve(out) === resolve(report) && !isDevice(out)) {
    command.error(`error: the page would take the place of the results, both are ${out}`);
  }
  const { runSweepCommand } = await import('./sweep-session.js');
  process.exitCode = await runSweepCommand(flags, axesOf(flags));
}

/** As the null device, which takes whatever nobody wants to keep. */
function isDevice(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

function axesOf(flags: SweepFlags): Axes {
  return {
    rateMbit: flags.rate,
    rttMs: flags.rtt,
    queueBdp: flags.queue,
    reorderingMs: flags.reordering,
    windowSegments: flags.window,
    acknowledgeEvery: flags.ackEvery,
    acknowledgmentDelayMs: flags.ackDelay,
    wakeLatencyMs: flags.wakeLatency,
    megabytes: flags.megabytes ?? [null],
    seconds: [flags.seconds],
    flows: flags.congestion,
    lossRate: flags.loss,
    seed: Array.from({ length: flags.seeds }, (_, at) => at + 1),
  };
}

function listOf<Value>(parse: (text: string) => Value): (text: string) => Value[] {
  return (text) => text.split(',').map(parse);
}

function flows(text: string): readonly CongestionName[] {
  const names = text.split('+');
  const known = names.every((name) => (ALGORITHMS as readonly string[]).includes(name));
  if (known) return names as CongestionName[];
  throw new InvalidArgumentError(`Must be of ${ALGORITHMS.join(', ')}, several joined by +.`);
}

function window(text: string): number | null {
  return text === 'auto' ? null : wholeNumberFrom(1, 65_536)(text);
}

function millis(text: string): number {
  return timeUpTo(10)(text) / 1e3;
}

function rate(text: string): number | null {
  return text === 'any' ? null : bitRate(text) / 125_000;
}

function megabytes(text: string): number[] {
  return listOf(numberFrom(0.001, 100_000, 'megabytes'))(text);
}

function shard(text: string): Shard {
  const [index, count, ...rest] = text.split('/').map(Number);
  const whole = Number.isInteger(index) && Number.isInteger(count) && rest.length === 0;
  if (whole && index >= 1 && index <= count) return { index, count };
  throw invalid('I/N with I from 1 to N, such as 2/4');
}
