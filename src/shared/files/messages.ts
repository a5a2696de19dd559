/**
 * The messages of the file protocol: their numbers, their fields in the order of the wire, and what
 * they mean. docs/files.md says who sends which when. Any thread.
 */
import type { FieldType } from './fields.js';

/** First bytes of a greeting: nobody takes another protocol for this one. */
export const MAGIC = 'HAWSFILE';
export const VERSION = 1;

/** Files that may be offered and not settled yet; more of them is a violation. */
export const OFFER_WINDOW = 1024;

/** A frame: the type, the length of the body as a 32-bit number, the body. */
export const FRAME_HEADER_BYTES = 5;
/** The longest body of a message; longer ones are refused unread. */
export const LONGEST_MESSAGE_BYTES = 16_384;
/** The longest body of a data frame. */
export const LONGEST_DATA_BYTES = 262_144;
/** The most zeros in one message: hashing them takes as long as hashing data. */
export const LONGEST_ZEROS_BYTES = 65_536;

/** The type of a frame whose body is bytes of the file that was begun. */
export const DATA_TYPE = 6;

export const MESSAGES = {
  /** First thing in both directions. */
  greeting: { type: 1, fields: { magic: 'text', version: 'u16', offerWindow: 'u32' } },
  /** What the sender means to send, as far as it knows. */
  totals: { type: 2, fields: { files: 'u64', bytes: 'u64' } },
  /** Numbers of offers count from 0; names are UTF-8 with `/` between folders. */
  offer: {
    type: 3,
    fields: { id: 'u32', kind: 'u8', size: 'u64', mode: 'u16', modifiedNs: 'i64', name: 'bytes' },
  },
  /** `offset` bytes are there already; `digest` is their SHA-256. */
  answer: {
    type: 4,
    fields: {
      id: 'u32',
      decision: 'u8',
      status: 'u8',
      offset: 'u64',
      digest: 'bytes',
      text: 'text',
    },
  },
  /** Data of this file follows, from this offset on. */
  begin: { type: 5, fields: { id: 'u32', offset: 'u64' } },
  /** This many zeros, in place of a data frame; 65536 at the most. */
  zeros: { type: 7, fields: { count: 'u64' } },
  /** Nothing follows for this file; `digest` is the SHA-256 of all its bytes. */
  end: {
    type: 8,
    fields: { id: 'u32', outcome: 'u8', size: 'u64', digest: 'bytes', text: 'text' },
  },
  /** What became of the file; `name` is where it is, if not where it was to be. */
  verdict: { type: 9, fields: { id: 'u32', status: 'u8', name: 'bytes', text: 'text' } },
  /** The sender has nothing more to offer. */
  done: { type: 10, fields: {} },
  /** Everything is settled and on the disk. */
  goodbye: { type: 11, fields: { stored: 'u64', bytes: 'u64' } },
  /** The whole transfer is over, because. */
  abort: { type: 12, fields: { status: 'u8', text: 'text' } },
} as const satisfies Record<string, { type: number; fields: Record<string, keyof FieldType> }>;

export type MessageName = keyof typeof MESSAGES;

type FieldsOf<Name extends MessageName> = (typeof MESSAGES)[Name]['fields'];

/** A message with its fields: numbers, `bigint` for i64, bytes and text. */
export type MessageOf<Name extends MessageName> = { readonly is: Name } & {
  readonly [Field in keyof FieldsOf<Name>]: FieldsOf<Name>[Field] extends keyof FieldType
    ? FieldType[FieldsOf<Name>[Field]]
    : never;
};

export type Message = { [Name in MessageName]: MessageOf<Name> }[MessageName];

/** A size that nobody knows before the end, as of standard input. */
export const UNKNOWN_SIZE = Number.MAX_SAFE_INTEGER;

/** Kinds of an offer. */
export const Kind = { file: 0, folder: 1, stream: 2 } as const;

/** Decisions of an answer. */
export const Decision = {
  /** Send it: from `offset` on if the digest fits what you have, else from 0. */
  send: 0,
  /** Do not send it; `status` says how it ended. */
  settled: 1,
  /** There is a file of this size and digest: end it with `same`, or with `different`. */
  compare: 2,
  /** The same, but if it differs send it from 0. */
  compareOrSend: 3,
} as const;

/** Outcomes of an end. */
export const Outcome = {
  whole: 0,
  /** The source changed while it was read: what came is worth nothing. */
  changed: 1,
  /** The source cannot be read. */
  unreadable: 2,
  /** The receiver has said that it failed. */
  cancelled: 3,
  /** Answers to a comparison. */
  same: 4,
  different: 5,
} as const;
