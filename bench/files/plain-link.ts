/** The connection that `send` and `receive` have without any flags. */
import type { LinkOptions } from '#hawser/main/files/link.js';

export const PLAIN_LINK: LinkOptions = {
  congestion: 'bbr',
  maximumDatagramBytes: 0,
  idleTimeoutMs: 60_000,
  io: 'auto',
};
