/**
 * How the course's two sides get messages to each other. The client's logic waits for answers, and
 * how long it waits is for whoever implements this to take literally: over a stream in real time, in
 * tests in virtual time. Application thread.
 */
import { HawserError } from '../errors.js';
import { encode, MessageReader } from './codec.js';
import type { CourseLog } from './course-log.js';
import { describe, type Message } from './messages.js';

export interface Exchange {
  /** All of them, one after the other, without waiting in between. */
  send(messages: readonly Message[]): void;
  /**
   * The next message, undefined if none has come within `limitMs`.
   * @throws {HawserError} if none can come any more.
   */
  receive(limitMs: number): Message | undefined;
}

/** A blocking stream on which one can wait for a limited time; `Streamer` is one. */
export interface PatientStream {
  send(bytes: Uint8Array): void;
  recv(): Uint8Array;
  isReadable(limitMs: number): boolean;
}

/** Messages on a stream, each in a `send` of its own and so, without Nagle, in a datagram. */
export class StreamExchange implements Exchange {
  readonly #reader = new MessageReader();

  constructor(
    private readonly stream: PatientStream,
    private readonly log: CourseLog,
  ) {}

  send(messages: readonly Message[]): void {
    for (const message of messages) {
      this.log.record('sent', describe(message));
      this.stream.send(encode(message));
    }
  }

  receive(limitMs: number): Message | undefined {
    const deadlineMs = performance.now() + limitMs;
    for (;;) {
      const message = this.#reader.next();
      if (message !== undefined) {
        this.log.record('received', describe(message));
        return message;
      }
      if (!this.#readWithin(deadlineMs - performance.now())) return undefined;
    }
  }

  #readWithin(limitMs: number): boolean {
    if (!this.stream.isReadable(Math.max(0, limitMs))) return false;
    const piece = this.stream.recv();
    if (piece.length === 0) {
      const text = 'the other side has closed the connection';
      throw new HawserError('ERR_HAWSER_ENDED_BY_PEER', text);
    }
    this.#reader.push(piece);
    return true;
  }
}
