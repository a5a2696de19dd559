/** What both ends of a connection may be told about it: checked here, once, and filled in. */
import type { ConnectionOptions } from '../async-connection.js';
import { DEFAULT_CONNECTION } from '../../../shared/endpoint/default-connection.js';
import { flag, oneOf, type Range, wholeNumber } from './checks.js';

export const CONGESTION_KINDS = ['bbr', 'cubic', 'none'] as const;
export const INTEGRITY_KINDS = ['crc32', 'none'] as const;

export const BUFFER_BYTES: Range = { unit: 'bytes', least: 16_384, most: 2 ** 30 };
/** A week: a third of what a 32-bit timer of milliseconds can do. */
export const DURATION_MS: Range = { unit: 'ms', least: 1, most: 7 * 24 * 3_600_000 };
export const DELAY_MS: Range = { ...DURATION_MS, least: 0 };
/** What an IPv4 datagram carries at the most; at least what every path carries (wire format). */
export const DATAGRAM_BYTES: Range = { unit: 'bytes', least: 512, most: 65_507 };

export interface TransportOptions {
  /** Bytes received and not yet read, at the most: 16 KiB to 1 GiB; default 16 MiB. */
  readonly receiveBufferBytes?: number | undefined;
  /** Bytes written and not yet acknowledged, at the most: 16 KiB to 1 GiB; default 16 MiB. */
  readonly sendBufferBytes?: number | undefined;
  /** True sends small pieces at once, false waits a moment for more (Nagle); default false. */
  readonly noDelay?: boolean | undefined;
  /** Whether a silent peer is asked if it is still there; default true. */
  readonly keepAlive?: boolean | undefined;
  /**
   * How long it must have been silent, in ms; default, and 0: a third of `idleTimeoutMs`, of which
   * two thirds are the most.
   */
  readonly keepAliveInitialDelay?: number | undefined;
  /** A peer not heard of for so long is lost, in ms: 1 to 604800000; default 30000. */
  readonly idleTimeoutMs?: number | undefined;
  /** Congestion control; default `bbr`. */
  readonly congestion?: (typeof CONGESTION_KINDS)[number] | undefined;
  /** Largest UDP payload ever sent, 512 to 65507 bytes; default 0: what the path carries. */
  readonly maximumDatagramBytes?: number | undefined;
  /** What finds damaged datagrams; `none` leaves that to UDP's own checksum; default `crc32`. */
  readonly integrity?: (typeof INTEGRITY_KINDS)[number] | undefined;
}

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function connectionOptions(
  given: TransportOptions & { readonly connectTimeoutMs?: number | undefined },
): ConnectionOptions {
  const { connectTimeoutMs: connectMs, idleTimeoutMs: idleMs } = given;
  const usual = DEFAULT_CONNECTION;
  const idleTimeoutMs = durationMs('idleTimeoutMs', idleMs, usual.idleTimeoutMs);
  const { receiveBufferBytes, sendBufferBytes } = usual;
  return {
    receiveBufferBytes: bufferBytes(
      'receiveBufferBytes',
      given.receiveBufferBytes,
      receiveBufferBytes,
    ),
    sendBufferBytes: bufferBytes('sendBufferBytes', given.sendBufferBytes, sendBufferBytes),
    noDelay: flag('noDelay', given.noDelay, usual.noDelay),
    keepAliveMs: keepAliveMs(given.keepAlive, given.keepAliveInitialDelay, idleTimeoutMs),
    idleTimeoutMs,
    connectTimeoutMs: durationMs('connectTimeoutMs', connectMs, usual.connectTimeoutMs),
    congestion: oneOf('congestion', given.congestion, CONGESTION_KINDS, usual.congestion),
    maximumDatagramBytes: datagramBytes(given.maximumDatagramBytes),
    integrity: oneOf('integrity', given.integrity, INTEGRITY_KINDS, usual.integrity),
  };
}

/**
 * The silence after which the peer is asked, 0 for never. Whatever was wished for, there is time for
 * more than one try: who was asked too late would be lost for having nothing to say.
 */
export function keepAliveMs(
  enabled: unknown,
  initialDelay: unknown,
  idleTimeoutMs: number,
): number {
  const delayMs = wholeNumber('keepAliveInitialDelay', initialDelay, DELAY_MS, 0);
  if (!flag('keepAlive', enabled, true)) return 0;
  const third = Math.ceil(idleTimeoutMs / 3);
  return delayMs === 0 ? third : Math.min(delayMs, 2 * third);
}

function bufferBytes(name: string, value: unknown, usual: number): number {
  return wholeNumber(name, value, BUFFER_BYTES, usual);
}

function durationMs(name: string, value: unknown, defaultMs: number): number {
  return wholeNumber(name, value, DURATION_MS, defaultMs);
}

function datagramBytes(value: unknown): number {
  return value === 0 ? 0 : wholeNumber('maximumDatagramBytes', value, DATAGRAM_BYTES, 0);
}
