/**
 * What a connection of the asynchronous API is to be: sizes and settings from its options, which are
 * validated where they come in.
 */
import { nowMicros } from '../clock.js';
import type { Geometry } from '../memory/layout.js';
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

/** Payload of a full segment: 1472 bytes of an Ethernet datagram less 32 for the header. */
const SLOT_BYTES = 1440;
const LEAST_SLOTS = 16;

export function geometryOf(plan: ConnectionPlan): Geometry {
  return {
    sendSlots: slotsFor(plan.sendBufferBytes),
    receiveSlots: slotsFor(plan.receiveBufferBytes),
    slotBytes: SLOT_BYTES,
  };
}

export function settingsOf(plan: ConnectionPlan, opener: boolean): TransportSettings {
  return {
    ...defaultSettings,
    windowSegments: Math.floor(geometryOf(plan).receiveSlots * 0.8),
    nagle: !plan.noDelay,
    greet: true,
    insist: opener,
    keepAliveMicros: plan.keepAliveMs * 1e3,
    idleTimeoutMicros: plan.idleTimeoutMs * 1e3,
    connectTimeoutMicros: plan.connectTimeoutMs * 1e3,
    wallClockOffsetMicros: Date.now() * 1e3 - nowMicros(),
  };
}

function slotsFor(bytes: number): number {
  return Math.max(LEAST_SLOTS, 2 ** Math.ceil(Math.log2(bytes / SLOT_BYTES)));
}
