/**
 * The threads of an endpoint, played on one: a sleeper wakes some time after what it sleeps on was
 * rung or broadcast, and only then. So a bell not rung, or a condition not broadcast, shows as a
 * connection that stands still, as it would on real threads.
 */
import type { ReceiveLock, SendLock } from '../memory/connection-memory.js';

/** What an application waits for. */
export type Wait =
  | { readonly for: 'time'; readonly micros: number }
  | { readonly for: 'sendChanged'; readonly predicate: (held: SendLock) => boolean }
  | { readonly for: 'receiveChanged'; readonly predicate: (held: ReceiveLock) => boolean };

/** An application: runs to its next wait, is resumed, and at last returns. */
export type Activity = Generator<Wait, void, undefined>;

export function pause(micros: number): Wait {
  return { for: 'time', micros };
}
