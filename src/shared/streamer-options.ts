/**
 * The options of a {@link Streamer}, checked, and the settings and sizes they lead to. The defaults
 * are the classroom's: few bytes on the wire at the price of a little latency.
 */
import { nowMicros } from './clock.js';
import { HawserError } from './errors.js';
import type { Geometry } from './memory/layout.js';
import type { Impairments } from './net/impairments.js';
import { Integrity } from './wire/segment.js';
import { defaultSettings, type TransportSettings } from './transport/settings.js';

const IO_KINDS = ['auto', 'dgram', 'batched'] as const;
export type Io = (typeof IO_KINDS)[number];

export interface StreamerOptions {
  /** Receive window in segments of 1440 bytes, 1 to 65536; default 1024. */
  readonly windowSegments?: number;
  /** Which sockets to use; default: the environment's `HAWSER_IO`, or `auto`. */
  readonly io?: Io;
  /** The classroom's simulator between transport and socket; none by default. */
  readonly impairment?: Partial<Impairments>;
  /** A peer not heard of for so long is given up, in ms; default 30000. */
  readonly idleTimeoutMs?: number;
  /** The peer must have come by then, in ms; default as `idleTimeoutMs`. */
  readonly connectTimeoutMs?: number;
  /** Send partial segments at once: no Nagle, no hold time; default false. */
  readonly noDelay?: boolean;
  /** `none` does without a checksum, for links known to be sound, if the peer says so too. */
  readonly integrity?: keyof typeof Integrity;
  /** Segments in flight at the most, 1 for stop-and-wait; default no limit but the windows. */
  readonly maximumInFlight?: number;
}

/** Longest time any of the timers takes; a third of what a 32-bit millisecond timer can do. */
const LONGEST_MS = 7 * 24 * 3_600_000;
const LARGEST_WINDOW = 65_536;
/** Payload of a full segment: 1472 bytes of an Ethernet datagram less 32 for the header. */
const SLOT_BYTES = 1440;
const HOLD_MICROS = 10_000;
const INITIAL_TIMEOUT_MICROS = 250_000;
const OPENING_LIMIT_MICROS = 1_000_000;
const TIMEOUT_LIMIT_MICROS = 4_000_000;

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function streamerSettings(options: StreamerOptions): TransportSettings {
  const idleTimeoutMs = check('idleTimeoutMs', options.idleTimeoutMs ?? 30_000, 1, LONGEST_MS);
  const connectTimeoutMs = options.connectTimeoutMs ?? idleTimeoutMs;
  check('connectTimeoutMs', connectTimeoutMs, 1, LONGEST_MS);
  const { maximumInFlight } = defaultSettings;
  return {
    ...defaultSettings,
    windowSegments: windowOf(options),
    maximumInFlight: check(
      'maximumInFlight',
      options.maximumInFlight ?? maximumInFlight,
      1,
      maximumInFlight,
    ),
    nagle: options.noDelay !== true,
    holdMicros: options.noDelay === true ? 0 : HOLD_MICROS,
    integrity: integrityOf(options),
    greet: true,
    initialTimeoutMicros: INITIAL_TIMEOUT_MICROS,
    maximumTimeoutMicros: TIMEOUT_LIMIT_MICROS,
    openingTimeoutLimitMicros: OPENING_LIMIT_MICROS,
    idleTimeoutMicros: idleTimeoutMs * 1e3,
    connectTimeoutMicros: connectTimeoutMs * 1e3,
    wallClockOffsetMicros: Date.now() * 1e3 - nowMicros(),
  };
}

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function ioOf({ io = process.env['HAWSER_IO'] ?? 'auto' }: { io?: string }): Io {
  const kind = IO_KINDS.find((known) => known === io);
  if (kind !== undefined) return kind;
  const text = `io must be one of ${IO_KINDS.join(', ')}, not ${JSON.stringify(io)}`;
  throw new HawserError('ERR_HAWSER_BAD_OPTION', text);
}

/** More slots than the window told, so that a reader a little behind does not shrink it. */
export function streamerGeometry(options: StreamerOptions): Geometry {
  const slots = powerOfTwoFrom(Math.max(4, Math.ceil(windowOf(options) * 1.25)));
  return { sendSlots: slots, receiveSlots: slots, slotBytes: SLOT_BYTES };
}

function windowOf({ windowSegments }: StreamerOptions): number {
  return check(
    'windowSegments',
    windowSegments ?? defaultSettings.windowSegments,
    1,
    LARGEST_WINDOW,
  );
}

function integrityOf({ integrity = 'crc32' }: { integrity?: string }): Integrity {
  if (integrity === 'crc32' || integrity === 'none') return Integrity[integrity];
  const text = `integrity must be crc32 or none, not ${JSON.stringify(integrity)}`;
  throw new HawserError('ERR_HAWSER_BAD_OPTION', text);
}

function powerOfTwoFrom(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}

function check(name: string, value: number, least: number, most: number): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  const text = `${name} must be a number from ${least} to ${most}, not ${value}`;
  throw new HawserError('ERR_HAWSER_BAD_OPTION', text);
}
