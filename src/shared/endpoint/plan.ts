/**
 * What a connection of the asynchronous API is to be: sizes and settings from its options, which are
 * validated where they come in.
 */
import { nowMicros } from '../clock.js';
import type { Geometry } from '../memory/layout.js';
import type { SocketAddress } from '../net/datagram-port.js';
import { isLoopback } from '../net/socket-address.js';
import { payloadIn } from '../transport/path-mtu/payload-limit.js';
import { BASE_DATAGRAM_BYTES } from '../transport/path-mtu/search.js';
import { defaultSettings, type TransportSettings } from '../transport/settings.js';
import { TOLD } from '../transport/window-tuning.js';
import { HEADER_RESERVE_BYTES, Integrity } from '../wire/segment.js';

/** Of a connection; validated and filled in by whoever calls. Bytes and milliseconds, see docs/api. */
export interface ConnectionOptions {
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
  readonly noDelay: boolean;
  readonly keepAliveMs: number;
  readonly idleTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly congestion: 'bbr' | 'cubic' | 'none';
  /** Largest UDP payload ever tried; 0: what path MTU discovery finds. */
  readonly maximumDatagramBytes: number;
  readonly integrity: 'crc32' | 'none';
}

export interface ListenOptions {
  readonly connection: ConnectionOptions;
  /** Connections opened and not yet taken by the application. */
  readonly backlog: number;
  readonly maximumConnections: number;
  /** Whether newcomers must prove their address first (RFC 9000 §8.1.2). */
  readonly retry: 'auto' | 'always' | 'never';
}

/** Largest datagram over Ethernet, and so the largest that is looked for on a path through a network. */
const ETHERNET_DATAGRAM_BYTES = 1472;
/** Its payload: also what a peer may send before it knows our limit, so the least that a slot holds. */
const ETHERNET_PAYLOAD_BYTES = 1440;
/** What the largest UDP datagram holds when payloads are multiples of 8. */
const LARGEST_DATAGRAM_BYTES = 65_504;
const LEAST_SLOTS = 16;
/**
 * Of address space, for a ring of slots larger than Ethernet's: on the way there may be a relay that
 * carries no more than an Ethernet, and few large slots would hold little.
 */
const LARGE_SLOTS_BYTES = 2 ** 26;
const MOST_LARGE_SLOTS_BYTES = 2 ** 28;
/** What the rings begin with: enough for small messages, and most connections carry nothing else. */
const FIRST_SLOTS = 256;
const FIRST_LARGE_SLOTS = 64;
/** One slot is never given to the application. */
const KEPT_FOR_FIN = 1;
/** Bytes taken from the application however small the congestion window is. */
const FIRST_SEND_BYTES = 2 ** 20;
/** Where the receive window begins: enough for the first few round trips. */
const FIRST_WINDOW_SEGMENTS = 128;

export function geometryOf(plan: ConnectionOptions, remote: SocketAddress): Required<Geometry> {
  const slotBytes = Math.max(ETHERNET_PAYLOAD_BYTES, payloadIn(largestDatagram(plan, remote)));
  // Slots that are never used take no memory, and for all that is known segments stay so small.
  const isLarge = slotBytes > ETHERNET_PAYLOAD_BYTES;
  const first = isLarge ? FIRST_LARGE_SLOTS : FIRST_SLOTS;
  const slots = (bytes: number) => {
    const wanted = slotsFor(bytes / ETHERNET_PAYLOAD_BYTES);
    return isLarge ? Math.min(wanted, largeSlots(bytes, slotBytes)) : wanted;
  };
  const sendSlots = slots(plan.sendBufferBytes);
  const receiveSlots = slots(plan.receiveBufferBytes);
  return {
    sendSlots,
    receiveSlots,
    firstSendSlots: Math.min(first, sendSlots),
    firstReceiveSlots: Math.min(first, receiveSlots),
    slotBytes,
  };
}

export function settingsOf(
  plan: ConnectionOptions,
  opener: boolean,
  remote: SocketAddress,
): TransportSettings {
  const maximumDatagramBytes = largestDatagram(plan, remote);
  const { receiveSlots, firstSendSlots, firstReceiveSlots, slotBytes } = geometryOf(plan, remote);
  return {
    ...defaultSettings,
    windowSegments: Math.floor(receiveSlots * TOLD),
    initialWindowSegments: Math.min(FIRST_WINDOW_SEGMENTS, Math.floor(firstReceiveSlots * TOLD)),
    receiveBytes: plan.receiveBufferBytes,
    sendBytes: plan.sendBufferBytes,
    ...initialSending(plan, slotBytes, firstSendSlots),
    congestion: plan.congestion,
    integrity: Integrity[plan.integrity],
    maximumDatagramBytes,
    initialDatagramBytes: Math.min(BASE_DATAGRAM_BYTES, maximumDatagramBytes),
    nagle: !plan.noDelay,
    greet: true,
    insist: opener,
    keepAliveMicros: plan.keepAliveMs * 1e3,
    idleTimeoutMicros: plan.idleTimeoutMs * 1e3,
    connectTimeoutMicros: plan.connectTimeoutMs * 1e3,
    wallClockOffsetMicros: Date.now() * 1e3 - nowMicros(),
  };
}

/** Until a congestion window says what is worth taking, if there is one: as much as the first ring holds. */
function initialSending(plan: ConnectionOptions, slotBytes: number, firstSlots: number) {
  if (plan.congestion === 'none') {
    return { initialSendBytes: Infinity, initialSendSegments: Infinity };
  }
  const isLarge = slotBytes > ETHERNET_PAYLOAD_BYTES;
  return {
    initialSendBytes: FIRST_SEND_BYTES,
    initialSendSegments: isLarge ? firstSlots - KEPT_FOR_FIN : Infinity,
  };
}

/** Such that its payload fills a slot: a peer takes what we tell it at its word. */
function largestDatagram(plan: ConnectionOptions, remote: SocketAddress): number {
  return payloadIn(mostBytes(plan, remote)) + HEADER_RESERVE_BYTES;
}

function mostBytes({ maximumDatagramBytes }: ConnectionOptions, { host }: SocketAddress): number {
  if (maximumDatagramBytes > 0) return Math.min(maximumDatagramBytes, LARGEST_DATAGRAM_BYTES);
  return isLoopback(host) ? LARGEST_DATAGRAM_BYTES : ETHERNET_DATAGRAM_BYTES;
}

function largeSlots(bufferBytes: number, slotBytes: number): number {
  const bytes = Math.min(Math.max(LARGE_SLOTS_BYTES, bufferBytes), MOST_LARGE_SLOTS_BYTES);
  return 2 ** Math.floor(Math.log2(bytes / slotBytes));
}

function slotsFor(segments: number): number {
  return Math.max(LEAST_SLOTS, 2 ** Math.ceil(Math.log2(segments)));
}
