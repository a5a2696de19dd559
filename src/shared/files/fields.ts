/**
 * Fields of a message to bytes and back: big-endian numbers, and bytes or UTF-8 text behind a 16-bit
 * length. Reading is total: whatever is not exactly one message is a protocol error. Any thread.
 */
import { FileFailure } from './status.js';
import { FRAME_HEADER_BYTES, type Message, type MessageName, MESSAGES } from './messages.js';

/** What each type of field is in a program. A u64 is a safe integer: files end long before. */
export interface FieldType {
  u8: number;
  u16: number;
  u32: number;
  u64: number;
  i64: bigint;
  bytes: Uint8Array;
  text: string;
}

type Value = FieldType[keyof FieldType];
type Fields = Readonly<Record<string, keyof FieldType>>;

const NAMES = new Map<number, MessageName>(
  Object.entries(MESSAGES).map(([name, { type }]) => [type, name as MessageName]),
);

const FIXED_BYTES = { u8: 1, u16: 2, u32: 4, u64: 8, i64: 8 } as const;
const LENGTH_BYTES = 2;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The whole frame. */
export function encodeMessage(message: Message): Uint8Array {
  const { type, fields } = MESSAGES[message.is];
  const values = message as unknown as Readonly<Record<string, Value>>;
  const parts = Object.entries<keyof FieldType>(fields).map(([name, kind]) =>
    encodeField(kind, values[name]),
  );
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(length, 1);
  return Buffer.concat([header, ...parts]);
}

function encodeField(kind: keyof FieldType, value: Value): Buffer {
  if (kind === 'bytes' || kind === 'text') {
    const bytes = Buffer.from(value as string);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  }
  const bytes = Buffer.alloc(FIXED_BYTES[kind]);
  if (kind === 'i64') bytes.writeBigInt64BE(value as bigint);
  else if (kind === 'u64') bytes.writeBigUInt64BE(BigInt(value as number));
  else bytes.writeUIntBE(value as number, 0, FIXED_BYTES[kind]);
  return bytes;
}

/**
 * The message of a frame with this type and body; nothing of it refers to `body` afterwards.
 * @throws {FileFailure} `protocol` if it is none.
 */
export function decodeMessage(type: number, body: Uint8Array): Message {
  const name = NAMES.get(type);
  if (name === undefined) throw violation(`there is no message of type ${type}`);
  const fields: Fields = MESSAGES[name].fields;
  const reader = new FieldReader(Buffer.from(body), name);
  const values = Object.entries(fields).map(([field, kind]) => [field, reader.read(kind)] as const);
  reader.finish();
  return { is: name, ...Object.fromEntries(values) } as unknown as Message;
}

class FieldReader {
  #at = 0;

  constructor(
    private readonly body: Buffer,
    private readonly message: MessageName,
  ) {}

  read(kind: keyof FieldType): Value {
    if (kind === 'bytes') return this.#sized();
    if (kind === 'text') return this.#text();
    const at = this.#advance(FIXED_BYTES[kind]);
    if (kind === 'i64') return this.body.readBigInt64BE(at);
    if (kind === 'u64') return this.#safe(this.body.readBigUInt64BE(at));
    return this.body.readUIntBE(at, FIXED_BYTES[kind]);
  }

  finish(): void {
    const left = this.body.length - this.#at;
    if (left > 0) throw violation(`a ${this.message} has ${left} bytes too many`);
  }

  #sized(): Buffer {
    const length = this.body.readUInt16BE(this.#advance(LENGTH_BYTES));
    const start = this.#advance(length);
    return this.body.subarray(start, start + length);
  }

  #text(): string {
    try {
      return strictUtf8.decode(this.#sized());
    } catch (cause) {
      if (cause instanceof FileFailure) throw cause;
      throw violation(`a text of a ${this.message} is not UTF-8`);
    }
  }

  #safe(value: bigint): number {
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw violation(`a number of a ${this.message} is beyond 2^53`);
    }
    return Number(value);
  }

  #advance(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    if (this.#at > this.body.length) throw violation(`a ${this.message} is cut short`);
    return at;
  }
}

export function violation(text: string): FileFailure {
  return new FileFailure('protocol', `the peer breaks the file protocol: ${text}`);
}
