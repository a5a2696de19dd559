/**
 * One file on its way to the server: sends what the window allows, waits for the acknowledgment, asks
 * for it again when it does not come. Application thread of the client.
 */
import { createHash } from 'node:crypto';
import { HawserError } from '../errors.js';
import { printableName } from '../files/names.js';
import type { CourseLog } from './course-log.js';
import type { Exchange } from './exchange.js';
import { type Message, type MessageType, packetCount, type Terms } from './messages.js';
import { SendingWindow } from './sending-window.js';

/** How often an acknowledgment that does not come is asked for before the server is given up. */
export const MOST_REQUESTS = 3;

/** A file to be sent. */
export interface FileSource {
  readonly name: string;
  readonly sizeBytes: number;
  /** Bytes `[from, to)`; throws if they are not there any more. */
  read(from: number, to: number): Uint8Array;
}

export class FileSending {
  readonly #window: SendingWindow;
  readonly #hash = createHash('sha256');
  #hashedPackets = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly source: FileSource,
    private readonly terms: Terms,
    private readonly acknowledgmentTimeoutMs: number,
    private readonly log: CourseLog,
  ) {
    const lastPacket = packetCount(source.sizeBytes, terms);
    this.#window = new SendingWindow(terms.windowPackets, lastPacket);
  }

  /**
   * Returns the SHA-256 of what was sent once all of it is acknowledged.
   * @throws {HawserError} `ERR_HAWSER_NO_ACKNOWLEDGMENT` after three requests in vain,
   * `ERR_HAWSER_REFUSED` if the server cannot go on, and whatever the exchange throws.
   */
  run(): Uint8Array {
    while (!this.#window.isComplete) {
      this.exchange.send(this.#window.take().map((number) => this.#packet(number)));
      this.#apply(this.#answer());
    }
    return this.#hash.digest();
  }

  #packet(number: number): Message {
    const { fragmentBytes } = this.terms;
    const from = (number - 1) * fragmentBytes;
    const bytes = this.source.read(from, Math.min(from + fragmentBytes, this.source.sizeBytes));
    if (number > this.#hashedPackets) {
      this.#hash.update(bytes);
      this.#hashedPackets = number;
    }
    return { type: 'PACKET', number, bytes };
  }

  /** The time-out doubles with every request. */
  #answer(): Message {
    const { highestSent } = this.#window;
    for (let requests = 0; ; requests++) {
      const answer = this.exchange.receive(this.acknowledgmentTimeoutMs * 2 ** requests);
      if (answer !== undefined) return answer;
      if (requests === MOST_REQUESTS) throw this.#unanswered();
      const text = `no acknowledgment came; asking for it, ${requests + 1} of ${MOST_REQUESTS} times`;
      this.log.record('note', text);
      this.exchange.send([{ type: 'REQ_ACK', number: highestSent }]);
    }
  }

  #unanswered(): HawserError {
    const text = `the server did not acknowledge packet ${this.#window.highestSent}, although asked ${MOST_REQUESTS} times; it, or the path to it, is out of order`;
    return new HawserError('ERR_HAWSER_NO_ACKNOWLEDGMENT', text);
  }

  #apply(answer: Message): void {
    switch (answer.type) {
      case 'ACK':
        if (this.#window.acknowledge(answer.number)) return;
        break;
      case 'NACK':
        if (this.#window.miss(answer.number)) return;
        break;
      case 'REFUSED':
        throw refused('PACKET', answer.reason);
    }
    const text = `the server answered a packet with ${answer.type}, which makes no sense here`;
    throw new HawserError('ERR_HAWSER_PROTOCOL_VIOLATION', text);
  }
}

/** The reason is the server's, and goes to a terminal. */
export function refused(question: MessageType, reason: string): HawserError {
  const text = `the server refused ${question}: ${printableName(reason)}`;
  return new HawserError('ERR_HAWSER_REFUSED', text);
}
