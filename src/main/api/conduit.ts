/**
 * Between a stream and its connection: hears of news and moves what can be moved. All of it happens
 * in a tick of its own, so that an exception in the user's code, which runs in there, meets neither
 * the endpoint nor another connection, and the next tick carries on.
 */
import type { Duplex } from 'node:stream';
import type { AsyncConnection } from './async-connection.js';
import { drop, Farewell } from './farewell.js';
import { Inflow } from './inflow.js';
import type { Line } from './line.js';
import { Outflow } from './outflow.js';

export interface ConduitEvents {
  /** The peer has answered. */
  onOpen(): void;
  onFailure(error: Error): void;
  /** Bytes have moved, in whichever direction. */
  onProgress(): void;
}

export class Conduit {
  readonly inflow: Inflow;
  readonly outflow = new Outflow();
  #line: Line | undefined;
  #isOpen = false;
  #scheduled = false;
  /** Called when our stream has been ended. */
  #whenEnded: (() => void) | undefined;

  constructor(
    stream: Duplex,
    private readonly events: ConduitEvents,
  ) {
    this.inflow = new Inflow(stream, () => {
      this.#schedule();
    });
  }

  get connection(): AsyncConnection | undefined {
    return this.#line?.connection;
  }

  attach(line: Line): void {
    this.#line = line;
    this.#isOpen = line.isAccepted;
    line.connection.onNews = () => {
      this.#schedule();
    };
    this.#schedule();
  }

  /** The reader has room. */
  pull(): void {
    this.inflow.want();
    if (this.#isOpen && this.#line !== undefined) this.#receive(this.#line.connection);
  }

  write(chunks: readonly Uint8Array[], done: (error?: Error | null) => void): void {
    this.outflow.offer(chunks, done);
    this.#sendOrFail();
  }

  /** After the last write. `done` is called when the transport knows. */
  end(done: () => void): void {
    this.#whenEnded = done;
    this.#sendOrFail();
  }

  /**
   * Gives the connection up: with its end behind what was written, or with a reset. A peer is reset
   * also if it was promised bytes that will not come, or has sent what nobody will read; unless we
   * insist that it gets ours. `onSettled` is called when it has acknowledged everything, or never will.
   */
  detach(
    gracefully: boolean,
    onSettled: (failure?: Error) => void = () => undefined,
    insists = false,
  ): void {
    const line = this.#line;
    this.#line = undefined;
    if (line === undefined) {
      onSettled();
      return;
    }
    const { connection, onReleased } = line;
    const unfinished = this.outflow.isBusy || (!insists && connection.readableBytes() > 0);
    if (gracefully && this.#isOpen && !unfinished) {
      new Farewell(connection, { onSettled, onReleased }, insists);
      return;
    }
    drop(connection);
    onReleased();
    onSettled();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(() => {
      this.#scheduled = false;
      this.#look();
    });
  }

  #look(): void {
    let thrown = true;
    try {
      this.#advance();
      thrown = false;
    } finally {
      if (thrown) this.#schedule();
    }
  }

  /** The user's code may run in each step, and detach. */
  #advance(): void {
    const failure = this.#line?.connection.failure();
    if (failure !== undefined) {
      this.#outlive(failure);
      return;
    }
    if (!this.#isOpen && this.#line?.connection.isOpen === true) {
      this.#isOpen = true;
      this.events.onOpen();
    }
    if (this.#line !== undefined) this.#send(this.#line);
    if (this.#line !== undefined && this.#isOpen) this.#receive(this.#line.connection);
  }

  /**
   * A peer that has sent everything may go, and its reader take its time: it gets all of it, and the
   * end, before it hears of the failure. A writer hears of it at once.
   */
  #outlive(failure: Error): void {
    const connection = this.#line?.connection;
    const isWriting = this.outflow.isBusy || this.#whenEnded !== undefined;
    const hasMore = connection?.isComplete === true && !this.inflow.isOver;
    if (this.#isOpen && hasMore && !isWriting) this.#receive(connection);
    else this.events.onFailure(failure);
  }

  #sendOrFail(): void {
    if (this.#line === undefined) return;
    if (this.#line.connection.failure() === undefined) this.#send(this.#line);
    else this.#schedule();
  }

  /** Data may ride on the opening, but is done only once that is answered. */
  #send({ connection, carriesEarlyData }: Line): void {
    if (!this.#isOpen && !carriesEarlyData) return;
    if (this.outflow.flow(connection)) this.events.onProgress();
    if (!this.#isOpen) return;
    if (this.outflow.isBusy && this.outflow.isTaken) this.outflow.complete();
    if (this.#whenEnded !== undefined) this.#end(connection);
  }

  #end(connection: AsyncConnection): void {
    const done = this.#whenEnded;
    this.#whenEnded = undefined;
    connection.end();
    // Not at once: who writes after the end is to get an error, and no finish.
    if (done !== undefined) process.nextTick(done);
  }

  #receive(connection: AsyncConnection): void {
    const before = this.inflow.bytesRead;
    try {
      this.inflow.flow(connection);
    } finally {
      if (this.inflow.bytesRead > before) this.events.onProgress();
    }
  }
}
