/**
 * Fields of a message to bytes and back: big-endian numbers, and bytes or UTF-8 text behind a 16-bit
 * length. Reading is total: whatever is not exactly one message is a protocol error. Any thread.
 */
import { FileFailure } from './status.js';
import {
  FRAME_HEADER_BYTES,
  LONGEST_MESSAGE_BYTES,
  type Message,
  type MessageName,
  MESSAGES,
} from './messages.js';

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

interface Shape {
  readonly name: MessageName;
  readonly type: number;
  readonly fields: readonly (readonly [name: string, kind: keyof FieldType])[];
}

const SHAPES: readonly Shape[] = Object.entries(MESSAGES).map(([name, { type, fields }]) => ({
  name: name as MessageName,
  type,
  fields: Object.entries(fields),
}));
const BY_NAME = new Map(SHAPES.map((shape) => [shape.name, shape]));
const BY_TYPE = new Map(SHAPES.map((shape) => [shape.type, shape]));

const FIXED_BYTES = { u8: 1, u16: 2, u32: 4, u64: 8, i64: 8 } as const;
const LENGTH_BYTES = 2;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a message is put together in: messages are small and many. */
const scratch = Buffer.alloc(FRAME_HEADER_BYTES + LONGEST_MESSAGE_BYTES);

/** The whole frame, which stays as it is until the next call. */
export function encodeMessage(message: Message): Uint8Array {
  const { type, fields } = BY_NAME.get(message.is)!;
  const values = message as unknown as Readonly<Record<string, Value>>;
  let at = FRAME_HEADER_BYTES;
  for (const [name, kind] of fields) at = putField(at, kind, values[name]);
  scratch.writeUInt8(type, 0);
  scratch.writeUInt32BE(at - FRAME_HEADER_BYTES, 1);
  return scratch.subarray(0, at);
}

/** Returns where the next field goes. */
function putField(at: number, kind: keyof FieldType, value: Value): number {
  if (kind === 'bytes') return putSized(at, value as Uint8Array);
  if (kind === 'text') return putSized(at, Buffer.from(value as string));
  if (kind === 'i64') return scratch.writeBigInt64BE(value as bigint, at);
  if (kind === 'u64') return scratch.writeBigUInt64BE(BigInt(value as number), at);
  return scratch.writeUIntBE(value as number, at, FIXED_BYTES[kind]);
}

function putSized(at: number, bytes: Uint8Array): number {
  const start = scratch.writeUInt16BE(bytes.length, at);
  scratch.set(bytes, start);
  return start + bytes.length;
}

/**
 * The message of a frame with this type and body; nothing of it refers to `body` afterwards.
 * @throws {FileFailure} `protocol` if it is none.
 */
export function decodeMessage(type: number, body: Uint8Array): Message {
  const shape = BY_TYPE.get(type);
  if (shape === undefined) throw violation(`there is no message of type ${type}`);
  const reader = new FieldReader(body, shape.name);
  const message: Record<string, Value> = { is: shape.name };
  for (const [name, kind] of shape.fields) message[name] = reader.read(kind);
  reader.finish();
  return message as unknown as Message;
}

class FieldReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(
    body: Uint8Array,
    private readonly message: MessageName,
  ) {
    this.#body = Buffer.from(body.buffer, body.byteOffset, body.length);
  }

  read(kind: keyof FieldType): Value {
    if (kind === 'bytes') return Uint8Array.from(this.#sized());
    if (kind === 'text') return this.#text();
    const at = this.#advance(FIXED_BYTES[kind]);
    if (kind === 'i64') return this.#body.readBigInt64BE(at);
    if (kind === 'u64') return this.#safe(this.#body.readBigUInt64BE(at));
    return this.#body.readUIntBE(at, FIXED_BYTES[kind]);
  }

  finish(): void {
    const left = this.#body.length - this.#at;
    if (left > 0) throw violation(`a ${this.message} has ${left} bytes too many`);
  }

  #sized(): Buffer {
    const length = this.#body.readUInt16BE(this.#advance(LENGTH_BYTES));
    const start = this.#advance(length);
    return this.#body.subarray(start, start + length);
  }

  #text(): string {
    // A copy: decoders refuse shared memory.
    const bytes = Uint8Array.from(this.#sized());
    try {
      return strictUtf8.decode(bytes);
    } catch {
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
    if (this.#at > this.#body.length) throw violation(`a ${this.message} is cut short`);
    return at;
  }
}

export function violation(text: string): FileFailure {
  return new FileFailure('protocol', `the peer breaks the file protocol: ${text}`);
}
