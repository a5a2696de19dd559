/**
 * The flags that the classroom's commands have in common, and what they mean once parsed. Main
 * thread; everything is validated here and nowhere further in.
 */
import { type Command, Option } from 'commander';
import { DEFAULT_PART, type Impairments, type Part, PART_NAMES, PARTS } from './presets.js';
import { numberFrom, wholeNumberFrom } from './values.js';

export const IO_NAMES = ['auto', 'dgram', 'batched'] as const;

/** What the transport and the test program are run with. */
export interface ClassroomSettings extends Impairments {
  readonly nums: number;
  readonly seed: number;
  readonly sendIntervalMs: number;
  /** From here on the simulator does nothing; absent: it never stops. */
  readonly becomeReliableAfterSeconds?: number;
  /** How long to wait for a peer that does not come, or that has fallen silent. */
  readonly idleTimeoutSeconds: number;
  readonly io: (typeof IO_NAMES)[number];
  /** Receive window in segments; absent: the transport's own. */
  readonly window?: number;
}

/** How a command reports. */
export interface ReportOptions {
  readonly quiet: boolean;
  readonly json: boolean;
}

/** As commander leaves them: an impairment is absent unless its flag was given. */
export interface ClassroomFlags extends ReportOptions {
  readonly part: Part;
  readonly lossRate?: number;
  readonly corruptionRate?: number;
  readonly maxDeliveryDelay?: number;
  readonly becomeReliableAfter?: number;
  readonly sendInterval: number;
  readonly nums: number;
  readonly seed: number;
  readonly idleTimeout: number;
  readonly io: (typeof IO_NAMES)[number];
  readonly window?: number;
}

const DAY_SECONDS = 86_400;

export function addClassroomOptions(command: Command): Command {
  for (const option of classroomOptions()) command.addOption(option);
  return command;
}

export function classroomOptions(): Option[] {
  const flag = (flags: string, text: string) => new Option(flags, text);
  return [
    flag('--part <part>', "the course's settings for a part; flags below override them")
      .choices(PART_NAMES)
      .default(DEFAULT_PART),
    flag('--loss-rate <p>', 'probability that a datagram is lost').argParser(numberFrom(0, 1)),
    flag('--corruption-rate <p>', 'probability that a datagram has bits flipped').argParser(
      numberFrom(0, 1),
    ),
    flag('--max-delivery-delay <seconds>', 'datagrams are delayed at random, up to this').argParser(
      numberFrom(0, 60, 'seconds'),
    ),
    flag('--become-reliable-after <seconds>', 'from then on the simulator does nothing').argParser(
      numberFrom(0, DAY_SECONDS, 'seconds'),
    ),
    flag('--send-interval <ms>', 'time between two datagrams; the course has 10')
      .argParser(numberFrom(0, 10_000, 'milliseconds'))
      .default(0),
    flag('--nums <count>', 'how many numbers each side sends')
      .argParser(wholeNumberFrom(1, 10_000_000))
      .default(1000),
    flag('--seed <seed>', 'seed of the simulator: the same seed, the same misfortune')
      .argParser(wholeNumberFrom(0, 0xffff_ffff))
      .default(1),
    flag('--idle-timeout <seconds>', 'gives up on a peer that does not come or falls silent')
      .argParser(numberFrom(0.1, DAY_SECONDS, 'seconds'))
      .default(60),
    flag('--io <port>', 'how datagrams reach the kernel')
      .choices(IO_NAMES)
      .default('auto')
      .env('HAWSER_IO'),
    flag('--window <segments>', 'receive window').argParser(wholeNumberFrom(1, 65_536, 'segments')),
    flag('--quiet', 'results only, no progress').default(false),
    flag('--json', 'one JSON object as the last line on standard output').default(false),
  ];
}

export function settingsOf(flags: ClassroomFlags): ClassroomSettings {
  const part = PARTS[flags.part];
  return {
    lossRate: flags.lossRate ?? part.lossRate,
    corruptionRate: flags.corruptionRate ?? part.corruptionRate,
    maxDeliveryDelaySeconds: flags.maxDeliveryDelay ?? part.maxDeliveryDelaySeconds,
    nums: flags.nums,
    seed: flags.seed,
    sendIntervalMs: flags.sendInterval,
    idleTimeoutSeconds: flags.idleTimeout,
    io: flags.io,
    ...(flags.becomeReliableAfter !== undefined && {
      becomeReliableAfterSeconds: flags.becomeReliableAfter,
    }),
    ...(flags.window !== undefined && { window: flags.window }),
  };
}

/** The flags that give another process the same settings. */
export function argumentsOf(settings: ClassroomSettings): string[] {
  const flags: Record<string, number | string | undefined> = {
    '--loss-rate': settings.lossRate,
    '--corruption-rate': settings.corruptionRate,
    '--max-delivery-delay': settings.maxDeliveryDelaySeconds,
    '--become-reliable-after': settings.becomeReliableAfterSeconds,
    '--send-interval': settings.sendIntervalMs,
    '--nums': settings.nums,
    '--seed': settings.seed,
    '--idle-timeout': settings.idleTimeoutSeconds,
    '--io': settings.io,
    '--window': settings.window,
  };
  return Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [flag, String(value)],
  );
}
