/** What a `HawserSocket` may be told as a stream. */
import { abortSignal, flag, type Range, wholeNumber } from './checks.js';

const HIGH_WATER_MARK: Range = { unit: 'bytes', least: 0, most: 2 ** 30 };
const DEFAULT_HIGH_WATER_MARK_BYTES = 65_536;

export interface SocketOptions {
  /** False ends our stream when the peer has ended its own; default false. */
  readonly allowHalfOpen?: boolean | undefined;
  /** Bytes the stream itself holds in each direction, 0 to 1 GiB; default 65536. */
  readonly highWaterMark?: number | undefined;
  /** Destroys the socket. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function socketOptions(given: SocketOptions) {
  return {
    allowHalfOpen: flag('allowHalfOpen', given.allowHalfOpen, false),
    highWaterMark: wholeNumber(
      'highWaterMark',
      given.highWaterMark,
      HIGH_WATER_MARK,
      DEFAULT_HIGH_WATER_MARK_BYTES,
    ),
    signal: abortSignal('signal', given.signal),
  };
}
