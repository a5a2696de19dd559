/**
 * The client of the course: connects, sends files, ends the connection, each a question to the server
 * and its answer. Application thread, which it blocks.
 */
import { HawserError } from '../errors.js';
import type { CourseLog } from './course-log.js';
import type { Exchange } from './exchange.js';
import { FileSending, type FileSource, refused } from './file-sending.js';
import type { Message, MessageOf, MessageType, Terms } from './messages.js';

export interface ClientOptions extends Terms {
  /** What the client calls itself. */
  readonly client: string;
  /** An acknowledgment not here by then is asked for. */
  readonly acknowledgmentTimeoutMs: number;
  /** Any other answer must have come by then. */
  readonly answerTimeoutMs: number;
}

export class CourseClient {
  constructor(
    private readonly exchange: Exchange,
    private readonly options: ClientOptions,
    private readonly log: CourseLog,
  ) {}

  /** @throws {HawserError} `ERR_HAWSER_REFUSED`, with the server's reason. */
  connect(): void {
    const { client, fragmentBytes, windowPackets } = this.options;
    this.#ask({ type: 'CONN_REQ', client, fragmentBytes, windowPackets }, 'CONN_ACK');
  }

  /**
   * Returns when the server has the whole file, checked and saved, with the name it has there.
   * @throws {HawserError} `ERR_HAWSER_REFUSED`: the connection stays, something else may be sent.
   * `ERR_HAWSER_NO_ACKNOWLEDGMENT` and all others: the connection is of no use any more.
   */
  sendFile(source: FileSource): string {
    const { name, sizeBytes: fileBytes } = source;
    this.#ask({ type: 'REQ_TO_SEND', name, fileBytes }, 'CLEAR_TO_SEND');
    const { acknowledgmentTimeoutMs } = this.options;
    const sending = new FileSending(
      this.exchange,
      source,
      this.options,
      acknowledgmentTimeoutMs,
      this.log,
    );
    return this.#ask({ type: 'FILE_END', sha256: sending.run() }, 'FILE_SAVED').name;
  }

  end(): void {
    this.#ask({ type: 'END' }, 'END_ACK');
  }

  #ask<Type extends MessageType>(question: Message, wanted: Type): MessageOf<Type> {
    this.exchange.send([question]);
    const answer = this.#answerTo(question);
    if (answer.type === wanted) return answer as MessageOf<Type>;
    if (answer.type === 'REFUSED') {
      throw refused(question.type, answer.reason);
    }
    const text = `the server answered ${question.type} with ${answer.type} instead of ${wanted}`;
    throw new HawserError('ERR_HAWSER_PROTOCOL_VIOLATION', text);
  }

  #answerTo({ type }: Message): Message {
    const { answerTimeoutMs } = this.options;
    for (;;) {
      const answer = this.exchange.receive(answerTimeoutMs);
      if (answer === undefined) {
        const text = `the server did not answer ${type} within ${answerTimeoutMs / 1e3} s`;
        throw new HawserError('ERR_HAWSER_PEER_LOST', text);
      }
      // Answers to packets sent twice may still come when the file is long complete.
      if (answer.type !== 'ACK' && answer.type !== 'NACK') return answer;
    }
  }
}
