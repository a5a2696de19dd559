/**
 * Messages as bytes of a stream, and back. Numbers are big-endian, text is UTF-8:
 *
 * ```
 *   length of what follows (4) │ type (1) │ numbers (6 each) │ text or bytes, to the end
 * ```
 * Reading is total: what is not a message is refused with an error that says why.
 */
import { HawserError } from '../errors.js';
import type { Message, MessageType } from './messages.js';

const LENGTH_BYTES = 4;
const NUMBER_BYTES = 6;
/** The largest fragment and its numbers, or the longest text, with room to spare. */
const LARGEST_MESSAGE_BYTES = 1 << 17;
const SHA256_BYTES = 32;

/** The type's byte is its place here. */
const TYPES: readonly MessageType[] = [
  'CONN_REQ',
  'CONN_ACK',
  'REQ_TO_SEND',
  'CLEAR_TO_SEND',
  'PACKET',
  'ACK',
  'NACK',
  'REQ_ACK',
  'FILE_END',
  'FILE_SAVED',
  'REFUSED',
  'END',
  'END_ACK',
];

export function encode(message: Message): Buffer {
  const { numbers, tail } = partsOf(message);
  const frame = Buffer.alloc(LENGTH_BYTES + 1 + numbers.length * NUMBER_BYTES + tail.length);
  frame.writeUInt32BE(frame.length - LENGTH_BYTES);
  let at = frame.writeUInt8(TYPES.indexOf(message.type), LENGTH_BYTES);
  for (const number of numbers) at = frame.writeUIntBE(number, at, NUMBER_BYTES);
  frame.set(tail, at);
  return frame;
}

interface Parts {
  readonly numbers: readonly number[];
  readonly tail: Uint8Array;
}

function partsOf(message: Message): Parts {
  switch (message.type) {
    case 'CONN_REQ':
      return {
        numbers: [message.fragmentBytes, message.windowPackets],
        tail: Buffer.from(message.client),
      };
    case 'REQ_TO_SEND':
      return { numbers: [message.fileBytes], tail: Buffer.from(message.name) };
    case 'PACKET':
      return { numbers: [message.number], tail: message.bytes };
    case 'ACK':
    case 'NACK':
    case 'REQ_ACK':
      return { numbers: [message.number], tail: Buffer.alloc(0) };
    case 'FILE_END':
      return { numbers: [], tail: message.sha256 };
    case 'FILE_SAVED':
      return { numbers: [], tail: Buffer.from(message.name) };
    case 'REFUSED':
      return { numbers: [], tail: Buffer.from(message.reason) };
    default:
      return { numbers: [], tail: Buffer.alloc(0) };
  }
}

/** Cuts a stream into messages. */
export class MessageReader {
  #unread: Buffer = Buffer.alloc(0);

  push(piece: Uint8Array): void {
    this.#unread = Buffer.concat([this.#unread, piece]);
  }

  /**
   * The next message, undefined while it is not whole.
   * @throws {HawserError} `ERR_HAWSER_PROTOCOL_VIOLATION`
   */
  next(): Message | undefined {
    if (this.#unread.length < LENGTH_BYTES) return undefined;
    const length = this.#unread.readUInt32BE();
    if (length === 0 || length > LARGEST_MESSAGE_BYTES) throw violation(`of ${length} bytes`);
    const end = LENGTH_BYTES + length;
    if (this.#unread.length < end) return undefined;
    const body = this.#unread.subarray(LENGTH_BYTES + 1, end);
    const type = TYPES.at(this.#unread[LENGTH_BYTES]);
    this.#unread = this.#unread.subarray(end);
    if (type === undefined) throw violation('of an unknown type');
    return decode(type, body);
  }
}

function decode(type: MessageType, body: Buffer): Message {
  const fields = new Fields(type, body);
  switch (type) {
    case 'CONN_REQ':
      return {
        type,
        fragmentBytes: fields.number(),
        windowPackets: fields.number(),
        client: fields.text(),
      };
    case 'REQ_TO_SEND':
      return { type, fileBytes: fields.number(), name: fields.text() };
    case 'PACKET':
      return { type, number: fields.number(), bytes: fields.rest() };
    case 'ACK':
    case 'NACK':
    case 'REQ_ACK':
      return fields.over({ type, number: fields.number() });
    case 'FILE_END':
      return { type, sha256: fields.rest(SHA256_BYTES) };
    case 'FILE_SAVED':
      return { type, name: fields.text() };
    case 'REFUSED':
      return { type, reason: fields.text() };
    default:
      return fields.over({ type });
  }
}

/** The fields of one message, in order. */
class Fields {
  constructor(
    private readonly type: MessageType,
    private body: Buffer,
  ) {}

  number(): number {
    if (this.body.length < NUMBER_BYTES) throw violation(`${this.type}, too short`);
    const number = this.body.readUIntBE(0, NUMBER_BYTES);
    this.body = this.body.subarray(NUMBER_BYTES);
    return number;
  }

  text(): string {
    return this.body.toString('utf8');
  }

  rest(wantedBytes = this.body.length): Uint8Array {
    if (this.body.length !== wantedBytes) throw violation(`${this.type}, of the wrong length`);
    return this.body;
  }

  over<Whole>(message: Whole): Whole {
    if (this.body.length > 0) throw violation(`${this.type}, too long`);
    return message;
  }
}

function violation(what: string): HawserError {
  return new HawserError(
    'ERR_HAWSER_PROTOCOL_VIOLATION',
    `the peer sent a message ${what}; is it a program of the same version?`,
  );
}
