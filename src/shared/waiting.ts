/**
 * Where the application's thread sleeps: every wait of a blocking caller, on the condition of the
 * state it waits for. Whatever ends an endpoint ends these waits too: a failure is recorded before
 * its `wakeEverybody`, a close before its broadcast. No lock is held on entry or on return.
 */
import type { EndpointMemory } from './memory/endpoint-memory.js';
import { hasFailed } from './memory/failure.js';
import { SendWord } from './memory/layout.js';
import type { Connection } from './transport/connection.js';

export class Waiting {
  constructor(
    private readonly memory: EndpointMemory,
    private readonly connection: Connection,
  ) {}

  /** For room to write, or for there being no use in waiting for it. */
  forRoom(): void {
    const { sendMutex, sendChanged } = this.memory;
    const held = sendMutex.lock();
    sendChanged.waitFor(
      held,
      () => this.connection.writing.hasRoom(held) || hasFailed(this.memory),
    );
    sendMutex.unlock(held);
  }

  /** For something to read; true at the end of the stream. */
  forData(): boolean {
    const { receiveMutex, receiveChanged } = this.memory;
    const held = receiveMutex.lock();
    receiveChanged.waitFor(
      held,
      () => this.connection.reading.isReady(held) || hasFailed(this.memory),
    );
    const atEnd = !hasFailed(this.memory) && this.connection.reading.atEnd(held);
    receiveMutex.unlock(held);
    return atEnd;
  }

  /** True if there is data to discard, false once the connection is closed. */
  forDataOrClosed(): boolean {
    const { receiveMutex, receiveChanged } = this.memory;
    const held = receiveMutex.lock();
    receiveChanged.waitFor(
      held,
      () => this.connection.life.seemsClosed() || this.connection.reading.hasUnread(held),
    );
    receiveMutex.unlock(held);
    return !this.connection.life.seemsClosed();
  }

  /** For a reset that tells the peer that we are done: it must be out before the port is closed. */
  forLastWord(): void {
    const { sendMutex, sendChanged, send } = this.memory;
    const held = sendMutex.lock();
    sendChanged.waitFor(held, () => send[SendWord.resetWanted] === 0 || hasFailed(this.memory));
    sendMutex.unlock(held);
  }
}
