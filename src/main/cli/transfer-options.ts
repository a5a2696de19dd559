/** The flags that `send` and `receive` have in common, and what they mean once parsed. Main thread. */
import { type Command, Option } from 'commander';
import type { LinkOptions } from '../files/link.js';
import { classroomOptions, type ReportOptions } from './classroom-options.js';
import { wholeNumberFrom } from './values.js';

export const DEFAULT_TRANSFER_PORT = 50_003;

const CONGESTION = ['bbr', 'cubic', 'none'] as const;
const LEAST_DATAGRAM_BYTES = 512;
const MOST_DATAGRAM_BYTES = 65_507;
const MS_PER_SECOND = 1000;

/** Of the classroom's flags, those of the simulator and the socket. */
const SHARED_FLAGS = [
  '--loss-rate',
  '--corruption-rate',
  '--max-delivery-delay',
  '--become-reliable-after',
  '--send-interval',
  '--seed',
  '--idle-timeout',
  '--io',
  '--quiet',
];

/** As commander leaves them. */
export interface TransferFlags extends ReportOptions {
  readonly congestion: (typeof CONGESTION)[number];
  readonly maxDatagram: number;
  readonly lossRate?: number;
  readonly corruptionRate?: number;
  readonly maxDeliveryDelay?: number;
  readonly becomeReliableAfter?: number;
  readonly sendInterval: number;
  readonly seed: number;
  readonly idleTimeout: number;
  readonly io: LinkOptions['io'];
}

export function addTransferOptions(command: Command): Command {
  command
    .addOption(
      new Option('--congestion <kind>', 'congestion control').choices(CONGESTION).default('bbr'),
    )
    .addOption(
      new Option('--max-datagram <bytes>', 'largest UDP payload; 0 is what the path carries')
        .argParser(datagramBytes)
        .default(0),
    );
  for (const option of classroomOptions()) {
    if (SHARED_FLAGS.includes(option.long ?? '')) command.addOption(option);
  }
  return command.option('--json', 'one JSON object a transfer, as lines on standard output', false);
}

export function linkOptionsOf(flags: TransferFlags): LinkOptions {
  const idleTimeoutMs = flags.idleTimeout * MS_PER_SECOND;
  const impairments = {
    lossRate: flags.lossRate ?? 0,
    corruptionRate: flags.corruptionRate ?? 0,
    maxDeliveryDelayMs: (flags.maxDeliveryDelay ?? 0) * MS_PER_SECOND,
    sendIntervalMs: flags.sendInterval,
  };
  const isImpaired = Object.values(impairments).some((value) => value > 0);
  const becomeReliableAfterMs = (flags.becomeReliableAfter ?? Infinity) * MS_PER_SECOND;
  return {
    congestion: flags.congestion,
    maximumDatagramBytes: flags.maxDatagram,
    idleTimeoutMs,
    io: flags.io,
    ...(isImpaired && {
      impairments: { ...impairments, becomeReliableAfterMs, seed: flags.seed },
    }),
  };
}

function datagramBytes(text: string): number {
  return text === '0'
    ? 0
    : wholeNumberFrom(LEAST_DATAGRAM_BYTES, MOST_DATAGRAM_BYTES, 'bytes, or 0')(text);
}
