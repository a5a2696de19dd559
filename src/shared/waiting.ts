/**
 * Where a blocking caller sleeps: every wait of the application's thread, on the condition of the
 * state it waits for. What ends an endpoint ends these waits too, for it is part of every predicate,
 * and whoever sets it wakes everybody afterwards. No lock is held on entry or on return.
 */
import type { ConnectionMemory } from './memory/connection-memory.js';
import { hasFailed } from './memory/failure.js';
import { SendWord } from './memory/layout.js';
import type { Connection } from './transport/connection.js';

export class Waiting {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly connection: Connection,
  ) {}

  /** Failed, or stopped by the host: no thread will change anything any more. */
  hasEnded(): boolean {
    return hasFailed(this.memory) || this.memory.stopRequested;
  }

  /** For room to write, or for there being no use in waiting for it. */
  forRoom(): void {
    const { sendMutex, sendChanged } = this.memory;
    const { writing } = this.connection;
    sendMutex.hold((held) => {
      sendChanged.waitFor(held, () => writing.hasRoom(held) || this.hasEnded());
    });
  }

  /** For something to read; true at the end of the stream. */
  forData(): boolean {
    const { receiveMutex, receiveChanged } = this.memory;
    const { reading } = this.connection;
    return receiveMutex.hold((held) => {
      receiveChanged.waitFor(held, () => reading.isReady(held) || this.hasEnded());
      return reading.atEnd(held);
    });
  }

  /** The same, but for no longer than `limitMs`; true if there is something, maybe only the end. */
  forDataWithin(limitMs: number): boolean {
    const { receiveMutex, receiveChanged } = this.memory;
    const deadlineMs = performance.now() + limitMs;
    return receiveMutex.hold((held) => {
      const ready = () => this.connection.reading.isReady(held) || this.hasEnded();
      receiveChanged.waitFor(held, () => ready() || performance.now() >= deadlineMs, limitMs);
      return ready();
    });
  }

  /** True if there is data to discard, false once the connection is closed. */
  forDataOrClosed(): boolean {
    const { receiveMutex, receiveChanged } = this.memory;
    const { reading, life } = this.connection;
    const over = () => life.seemsClosed() || this.hasEnded();
    receiveMutex.hold((held) => {
      receiveChanged.waitFor(held, () => over() || reading.hasUnread(held));
    });
    return !over();
  }

  /** For a reset that tells the peer that we are done: it must be out before the port is closed. */
  forLastWord(): void {
    const { sendMutex, sendChanged, send } = this.memory;
    sendMutex.hold((held) => {
      sendChanged.waitFor(held, () => send[SendWord.resetWanted] === 0 || this.hasEnded());
    });
  }
}
