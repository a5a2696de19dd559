/**
 * One file as it comes in: packets through the receive buffer, in order into a sink, and a SHA-256 at
 * the end that must be the sender's. Application thread of the server.
 */
import { createHash } from 'node:crypto';
import { HawserError } from '../errors.js';
import { type Message, packetCount, type Terms } from './messages.js';
import { ReceivingWindow } from './receiving-window.js';

/** Where the server puts files. What cannot be done is a {@link HawserError} with the reason. */
export interface FileStore {
  /** @throws {HawserError} `ERR_HAWSER_FILE_…` if no file of that name may be made. */
  create(name: string): FileSink;
}

/** A file that nobody sees under its name before it is whole. */
export interface FileSink {
  write(bytes: Uint8Array): void;
  /** Makes it a file; returns the name it has. */
  keep(): string;
  discard(): void;
}

export class IncomingFile {
  readonly #window: ReceivingWindow;
  readonly #hash = createHash('sha256');
  #receivedBytes = 0;

  constructor(
    private readonly sink: FileSink,
    private readonly fileBytes: number,
    terms: Terms,
  ) {
    this.#window = new ReceivingWindow(terms.windowPackets, packetCount(fileBytes, terms));
  }

  accept(number: number, bytes: Uint8Array): Message[] {
    return this.#window.accept(number, bytes, (inOrder) => {
      this.#hash.update(inOrder);
      this.#receivedBytes += inOrder.length;
      this.sink.write(inOrder);
    });
  }

  answerRequest(highestSent: number): Message[] {
    return this.#window.answerRequest(highestSent);
  }

  /** @throws {HawserError} `ERR_HAWSER_WRONG_DATA` if it is not what was sent, and as the sink does. */
  finish(sha256: Uint8Array): string {
    const isWhole = this.#window.isComplete && this.#receivedBytes === this.fileBytes;
    if (!isWhole) {
      const text = `only ${this.#receivedBytes} of ${this.fileBytes} bytes have come`;
      throw new HawserError('ERR_HAWSER_WRONG_DATA', text);
    }
    if (!this.#hash.digest().equals(sha256)) {
      const text = 'what has come is not what was sent: the SHA-256 differs, the file is discarded';
      throw new HawserError('ERR_HAWSER_WRONG_DATA', text);
    }
    return this.sink.keep();
  }

  discard(): void {
    this.sink.discard();
  }
}
