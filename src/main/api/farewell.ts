/**
 * What becomes of a connection that its socket has left: its last bytes and its end are still
 * delivered, as a kernel does after `close`, and what the peer still sends is answered with a reset.
 */
import type { AsyncConnection } from './async-connection.js';

/** So long the process waits for the end of a peer that has acknowledged ours. */
export const HOLD_MS = 2_000;
/** Linux's `tcp_fin_timeout`: so long a peer may take to end its own stream. */
const LIMIT_MS = 60_000;

/** Resets it. The reset still goes out when the memory is given back. */
export function drop(connection: AsyncConnection): void {
  connection.onNews = () => undefined;
  connection.abort();
  connection.release();
}

export class Farewell {
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  /** `onReleased` is called once, when the connection's memory has been given back. */
  constructor(
    private readonly connection: AsyncConnection,
    private readonly onReleased: () => void,
  ) {
    connection.onNews = () => {
      this.#look();
    };
    connection.end();
    this.#look();
  }

  #look(): void {
    const { connection } = this;
    if (this.#over) return;
    if (connection.isClosed || connection.failure() !== undefined) {
      connection.release();
      this.#finish();
    } else if (connection.readableBytes() > 0) this.#drop();
    else if (connection.isEndAcknowledged) this.#timer ??= this.#waitForPeer();
  }

  #waitForPeer(): NodeJS.Timeout {
    return setTimeout(() => {
      this.connection.unref();
      this.#timer = setTimeout(() => {
        this.#drop();
      }, LIMIT_MS - HOLD_MS).unref();
    }, HOLD_MS);
  }

  #drop(): void {
    drop(this.connection);
    this.#finish();
  }

  #finish(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.onReleased();
  }
}
