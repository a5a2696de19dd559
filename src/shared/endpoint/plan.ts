/**
 * What a connection of the asynchronous API is to be: sizes and settings from its options, which are
 * validated where they come in.
 */
import { nowMicros } from '../clock.js';
import type { Geometry } from '../memory/layout.js';
import type { SocketAddress } from '../net/datagram-port.js';
import { defaultSettings, type TransportSettings } from '../transport/settings.js';

/** Bytes and milliseconds; see docs/api for each. */
export interface ConnectionPlan {
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
  readonly noDelay: boolean;
  readonly keepAliveMs: number;
  readonly idleTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly congestion: 'bbr' | 'cubic' | 'none';
  readonly maximumDatagramBytes: number;
  readonly integrity: 'crc32' | 'none';
}

export interface ListenPlan {
  readonly connection: ConnectionPlan;
  readonly backlog: number;
  readonly maximumConnections: number;
  readonly maximumMemoryBytes: number;
  readonly retry: 'auto' | 'always' | 'never';
}

/** What every path carries (RFC 9000 §14), and what Ethernet and loopback do at the most. */
const SAFE_DATAGRAM_BYTES = 1200;
const ETHERNET_DATAGRAM_BYTES = 1472;
const LOOPBACK_DATAGRAM_BYTES = 65_507;
/** Of a datagram with payload, for its header. */
const HEADER_BYTES = 32;
/** Of the slots is told as the window: a reader a little behind does not shrink it. */
const WINDOW_SHARE = 0.8;
/** However large they are. */
const LEAST_SLOTS = 64;

export function geometryOf(plan: ConnectionPlan, remote: SocketAddress): Geometry {
  const slotBytes = Math.floor((largestDatagram(plan, remote) - HEADER_BYTES) / 8) * 8;
  return {
    sendSlots: slotsFor(plan.sendBufferBytes, slotBytes),
    receiveSlots: slotsFor(plan.receiveBufferBytes, slotBytes),
    slotBytes,
  };
}

export function settingsOf(
  plan: ConnectionPlan,
  opener: boolean,
  remote: SocketAddress,
): TransportSettings {
  const maximumDatagramBytes = largestDatagram(plan, remote);
  const forced = plan.maximumDatagramBytes > 0;
  return {
    ...defaultSettings,
    congestion: plan.congestion,
    windowSegments: Math.floor(geometryOf(plan, remote).receiveSlots * WINDOW_SHARE),
    maximumDatagramBytes,
    initialDatagramBytes: forced ? maximumDatagramBytes : SAFE_DATAGRAM_BYTES,
    nagle: !plan.noDelay,
    greet: true,
    insist: opener,
    keepAliveMicros: plan.keepAliveMs * 1e3,
    idleTimeoutMicros: plan.idleTimeoutMs * 1e3,
    connectTimeoutMicros: plan.connectTimeoutMs * 1e3,
    wallClockOffsetMicros: Date.now() * 1e3 - nowMicros(),
  };
}

function largestDatagram(plan: ConnectionPlan, { host }: SocketAddress): number {
  if (plan.maximumDatagramBytes > 0) return plan.maximumDatagramBytes;
  return isLoopback(host) ? LOOPBACK_DATAGRAM_BYTES : ETHERNET_DATAGRAM_BYTES;
}

function isLoopback(host: string): boolean {
  return host === '::1' || /^(::ffff:)?127\./.test(host);
}

function slotsFor(bytes: number, slotBytes: number): number {
  return Math.max(LEAST_SLOTS, 2 ** Math.ceil(Math.log2(bytes / slotBytes)));
}
