/** What the interactive mode is started with: as the flags have it, in seconds and bytes. */
import type { Terms } from '../../shared/course/messages.js';
import type { CourseTask } from '../../shared/course/course-stream.js';
import type { StreamerOptions } from '../../shared/streamer.js';

const MS_PER_SECOND = 1000;
/** A server waits for its client for as long as timers go. */
const A_WEEK_MS = 7 * 24 * 3_600_000;

export type Side = 'client' | 'server';

export interface InteractiveSettings {
  readonly serverPort: number;
  readonly clientPort: number;
  readonly bind: string;
  readonly host: string;
  readonly file?: string;
  readonly directory: string;
  readonly name: string;
  /** Absent: everybody may connect. */
  readonly known?: readonly string[];
  readonly fragmentSize: number;
  readonly window: number;
  readonly ackTimeout: number;
  readonly losePackets?: readonly number[];
  readonly loseFirstAck?: number;
  readonly mixOrder: boolean;
  readonly seed: number;
  readonly lossRate: number;
  readonly corruptionRate: number;
  readonly maxDeliveryDelay: number;
  readonly idleTimeout: number;
  readonly io: 'auto' | 'dgram' | 'batched';
  readonly quiet: boolean;
}

export function termsOf({ fragmentSize, window }: InteractiveSettings): Terms {
  return { fragmentBytes: fragmentSize, windowPackets: window };
}

export function milliseconds(seconds: number): number {
  return seconds * MS_PER_SECOND;
}

/** What both sides need of their task. */
export function courseTask(side: Side, settings: InteractiveSettings): Omit<CourseTask, 'line'> {
  const server = { port: settings.serverPort };
  const client = { port: settings.clientPort };
  const [own, other] = side === 'server' ? [server, client] : [client, server];
  return {
    local: { host: settings.bind, ...own },
    remote: { host: settings.host, ...other },
    mishaps: {
      losePackets: settings.losePackets ?? [],
      loseAcknowledgments: settings.loseFirstAck ?? 0,
      mixOrder: settings.mixOrder,
      seed: settings.seed,
    },
    stream: streamOptions(side, settings),
  };
}

function streamOptions(side: Side, settings: InteractiveSettings): StreamerOptions {
  const idleTimeoutMs = milliseconds(settings.idleTimeout);
  const { lossRate, corruptionRate, maxDeliveryDelay, seed } = settings;
  const impairment = {
    lossRate,
    corruptionRate,
    maxDeliveryDelayMs: milliseconds(maxDeliveryDelay),
    seed: side === 'server' ? seed : seed + 1,
  };
  return {
    io: settings.io,
    // A packet of the course is a datagram of its own.
    noDelay: true,
    idleTimeoutMs,
    connectTimeoutMs: side === 'server' ? A_WEEK_MS : idleTimeoutMs,
    ...(lossRate + corruptionRate + maxDeliveryDelay > 0 && { impairment }),
  };
}
