/**
 * The flags that describe a network path, for both directions or one, and the conditions they mean.
 * Main thread.
 */
import { type Command, Option } from 'commander';
import {
  type Blackout,
  type BurstLoss,
  burstLoss,
  type PathConditions,
  PERFECT_PATH,
} from '../../shared/net/path/conditions.js';
import { bitRate, byteCount, invalid, timeUpTo } from './units.js';
import { numberFrom, wholeNumberFrom } from './values.js';

/** A queue that nobody has asked for holds this time's worth of the rate, and a datagram of any size. */
const DEFAULT_QUEUE_SECONDS = 0.1;
const LEAST_QUEUE_BYTES = 65_536;
const LONGEST_DELAY_SECONDS = 10;
const LONGEST_DELIVERY_SECONDS = 60;
const DAY_SECONDS = 86_400;

/** As commander leaves them: absent unless given. */
export interface PathFlags {
  readonly lossRate?: number;
  readonly burstLoss?: BurstLoss;
  readonly corruptionRate?: number;
  readonly duplicateRate?: number;
  readonly delay?: number;
  readonly jitter?: number;
  readonly maxDeliveryDelay?: number;
  readonly rate?: number;
  readonly queue?: number;
  readonly blackout?: readonly Blackout[];
  readonly maxDatagram?: number;
}

type FlagSpecification = readonly [
  flags: string,
  text: string,
  parse: (text: string, previous: unknown) => unknown,
];

const probability = numberFrom(0, 1);
const delay = timeUpTo(LONGEST_DELAY_SECONDS);

const FLAGS: readonly FlagSpecification[] = [
  ['loss-rate <p>', 'probability that a datagram is lost', probability],
  [
    'burst-loss <share:length[:p]>',
    'share of datagrams lost in bursts of this mean length; within one each is lost with p (default: 1)',
    burst,
  ],
  ['corruption-rate <p>', 'probability that a datagram has bits flipped', probability],
  ['duplicate-rate <p>', 'probability that a datagram arrives twice', probability],
  ['delay <time>', 'what every datagram takes, one way', delay],
  ['jitter <time>', 'a wandering delay on top, up to this; keeps the order', delay],
  [
    'max-delivery-delay <time>',
    'a random delay on top, up to this; reorders',
    timeUpTo(LONGEST_DELIVERY_SECONDS),
  ],
  ['rate <bits/s>', 'bottleneck, in bits of UDP payload a second', bitRate],
  ['queue <bytes>', 'what may wait before it (default: 0.1 s of the rate)', byteCount],
  ['blackout <from:length>', 'nothing gets through then; may be repeated', blackouts],
  [
    'max-datagram <bytes>',
    'larger datagrams are dropped',
    wholeNumberFrom(1, LEAST_QUEUE_BYTES, 'bytes'),
  ],
];

/** Each flag, and its `--up-…` and `--down-…` form, which help mentions once. */
export function addPathOptions(command: Command): Command {
  for (const [flags, text, parse] of FLAGS) {
    command.addOption(new Option(`--${flags}`, text).argParser(parse));
    for (const direction of ['up', 'down']) {
      command.addOption(new Option(`--${direction}-${flags}`, text).argParser(parse).hideHelp());
    }
  }
  return command;
}

/** What the flags say of one direction: its own flag, else the one for both. */
export function pathConditions(
  flags: Readonly<Record<string, unknown>>,
  direction: 'up' | 'down',
): PathConditions {
  return conditionsOf({ ...flags, ...ownFlags(flags, direction) });
}

function ownFlags(flags: Readonly<Record<string, unknown>>, direction: string): PathFlags {
  const own = Object.entries(flags)
    .filter(([name]) => name.startsWith(direction))
    .map(([name, value]) => {
      const rest = name.slice(direction.length);
      return [rest.charAt(0).toLowerCase() + rest.slice(1), value];
    });
  return Object.fromEntries(own) as PathFlags;
}

function conditionsOf(flags: PathFlags): PathConditions {
  const bytesPerSecond = flags.rate ?? Infinity;
  const ownQueue = Math.max(LEAST_QUEUE_BYTES, bytesPerSecond * DEFAULT_QUEUE_SECONDS);
  return {
    lossRate: flags.lossRate ?? 0,
    burst: flags.burstLoss ?? PERFECT_PATH.burst,
    corruptionRate: flags.corruptionRate ?? 0,
    duplicationRate: flags.duplicateRate ?? 0,
    delayMicros: flags.delay ?? 0,
    jitterMicros: flags.jitter ?? 0,
    maximumDeliveryDelayMicros: flags.maxDeliveryDelay ?? 0,
    bytesPerSecond,
    queueBytes: flags.queue ?? ownQueue,
    blackouts: flags.blackout ?? [],
    maximumDatagramBytes: flags.maxDatagram ?? Infinity,
  };
}

function burst(text: string): BurstLoss {
  const [share, length, lossRate = 1, ...rest] = text.split(':').map(Number);
  const valid = share >= 0 && lossRate > 0 && lossRate <= 1 && share < lossRate && length >= 1;
  if (valid && length < Infinity && rest.length === 0) return burstLoss(share, length, lossRate);
  throw invalid(
    'SHARE:LENGTH or SHARE:LENGTH:P, such as 0.02:8 or 0.02:8:0.7, with SHARE from 0 and below P, LENGTH from 1, P up to 1',
  );
}

function blackouts(text: string, previous: unknown): readonly Blackout[] {
  const before = (previous ?? []) as readonly Blackout[];
  const parts = text.split(':');
  if (parts.length !== 2) throw invalid('FROM:LENGTH, such as 5s:2s');
  const [fromMicros, lengthMicros] = parts.map(timeUpTo(DAY_SECONDS));
  return [...before, { fromMicros, untilMicros: fromMicros + lengthMicros }];
}
