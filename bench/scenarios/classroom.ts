/**
 * Through the classroom's simulator, every byte checked. Hawser has it between transport and socket;
 * the peers have no such place, and no relay stands in for it here.
 */
import type { StreamerOptions } from '#hawser/shared/streamer.js';
import { findFreePorts } from '#hawser/main/cli/free-ports.js';
import type { Entrant, Figures, Scenario } from '../contest/scenario.js';
import { runTransfer } from '../support/transfer.js';

const STORM = { lossRate: 0.1, corruptionRate: 0.1, maxDeliveryDelayMs: 100 };
const DIRECTIONS = ['send', 'receive'] as const;

interface Case {
  readonly label: string;
  /** What goes through in about a second. */
  readonly bytes: number;
  readonly options: StreamerOptions;
}

const CASES: readonly Case[] = [
  {
    label: 'storm, 10 ms between datagrams',
    bytes: 120_000,
    options: { impairment: { ...STORM, sendIntervalMs: 10 } },
  },
  {
    label: 'storm, no rate limit',
    bytes: 30e6,
    options: { windowSegments: 16_384, impairment: STORM },
  },
  {
    label: 'only reordering, 0–100 ms',
    bytes: 40e6,
    options: { windowSegments: 4096, impairment: { maxDeliveryDelayMs: 100 } },
  },
  {
    label: 'only loss, 10 %',
    bytes: 60e6,
    options: { windowSegments: 4096, impairment: { lossRate: 0.1 } },
  },
];

export const classroom: Scenario = {
  name: 'classroom',
  title: 'The classroom’s impairments, both directions',
  notes: [
    'Storm: 10 % loss, 10 % corruption, 0–100 ms reordering. Hawser through its own simulator, sockets chosen automatically.',
    'Peers skipped: they have no simulator inside, and there is no relay to put them through yet.',
    'CPU and memory include the start of Node and the check; all bytes are kept and hashed.',
  ],
  columns: [
    { key: 'rate', heading: 'MB/s', digits: 2, better: 'more', chart: true },
    { key: 'datagrams', heading: 'datagrams/segment', digits: 3, better: 'less', chart: true },
    { key: 'cpu', heading: 'CPU s both', digits: 2, better: 'less' },
    { key: 'peak', heading: 'peak MB, larger side', digits: 0, better: 'less' },
  ],
  entrants: (_field, seconds) => CASES.map((one) => entrantOf(one, seconds)),
};

function entrantOf({ label, bytes, options }: Case, seconds: number): Entrant {
  return {
    label,
    kind: 'hawser',
    measure: async (run) => figures(Math.ceil(bytes * seconds), options, run),
  };
}

async function figures(bytes: number, options: StreamerOptions, run: number): Promise<Figures> {
  const ports = await findFreePorts(2);
  const result = await runTransfer(
    bytes,
    (direction) => ({
      ...options,
      impairment: { ...options.impairment, seed: 2 * run + DIRECTIONS.indexOf(direction) },
    }),
    ports,
  );
  const { sender, receiver } = result;
  return {
    rate: result.megabytesPerSecond,
    datagrams: sender.statistics.datagramsSent / sender.statistics.dataSegmentsSent,
    cpu: sender.cpuSeconds + receiver.cpuSeconds,
    peak: Math.max(sender.peakMegabytes, receiver.peakMegabytes),
  };
}
