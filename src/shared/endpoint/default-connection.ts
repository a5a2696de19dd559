/** A connection of the asynchronous API when nothing is asked for (docs/api says what each means). */
import type { ConnectionOptions } from './plan.js';

const IDLE_TIMEOUT_MS = 30_000;

export const DEFAULT_CONNECTION: ConnectionOptions = {
  receiveBufferBytes: 2 ** 24,
  sendBufferBytes: 2 ** 24,
  noDelay: false,
  keepAliveMs: IDLE_TIMEOUT_MS / 3,
  idleTimeoutMs: IDLE_TIMEOUT_MS,
  connectTimeoutMs: 10_000,
  congestion: 'bbr',
  maximumDatagramBytes: 0,
  integrity: 'crc32',
};
