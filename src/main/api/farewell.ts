/**
 * What becomes of a connection that its socket has left: its last bytes and its end are still
 * delivered, as a kernel does after `close`, and what the peer still sends is answered with a reset: at
 * once, or, where our bytes matter more, when it has acknowledged them.
 */
import type { HawserError } from '../../shared/errors.js';
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

const SKIPPED_BYTES = 65_536;

export interface FarewellEvents {
  /** The peer has acknowledged everything, or the connection has failed before it did. */
  onSettled(failure: HawserError | undefined): void;
  /** The connection's memory has been given back. */
  onReleased(): void;
}

export class Farewell {
  #timer: NodeJS.Timeout | undefined;
  #skipping: NodeJS.Immediate | undefined;
  #isSettled = false;
  #isOver = false;

  constructor(
    private readonly connection: AsyncConnection,
    private readonly events: FarewellEvents,
    private readonly insists: boolean,
  ) {
    connection.onNews = () => {
      this.#look();
    };
    connection.end();
    this.#look();
  }

  #look(): void {
    const { connection } = this;
    if (this.#isOver) return;
    const failure = connection.failure();
    if (failure !== undefined || connection.isEndAcknowledged) this.#settle(failure);
    if (failure !== undefined || connection.isClosed) this.#release();
    else if (connection.readableBytes() > 0) this.#interrupt();
    else if (connection.isEndAcknowledged) this.#timer ??= this.#waitForPeer();
  }

  /** The peer goes on sending. A piece a turn is skipped, so that others get theirs. */
  #interrupt(): void {
    if (!this.insists || this.#isSettled) {
      this.#drop();
      return;
    }
    // News come meanwhile, too, and are no reason for a second piece.
    if (this.#skipping !== undefined) return;
    this.connection.read(new Uint8Array(SKIPPED_BYTES), 0, SKIPPED_BYTES);
    this.#skipping = setImmediate(() => {
      this.#skipping = undefined;
      this.#look();
    });
  }

  #settle(failure?: HawserError): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.events.onSettled(failure);
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

  #release(): void {
    this.connection.release();
    this.#finish();
  }

  #finish(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#settle();
    this.events.onReleased();
  }
}
