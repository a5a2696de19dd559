import type { AsyncConnection } from './async-connection.js';

/** A connection, and what whoever gives it up must know. */
export interface Line {
  readonly connection: AsyncConnection;
  /** The peer has opened it, so there is no answer to wait for. */
  readonly isAccepted: boolean;
  /** Whether bytes may be written before the peer has answered: it is sure that this is the one. */
  readonly carriesEarlyData: boolean;
  readonly idleTimeoutMs: number;
  /** To be called once, when the connection has been released. */
  readonly onReleased: () => void;
}
