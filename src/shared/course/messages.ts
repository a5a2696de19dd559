/**
 * The messages of the file-transfer course, under the names it gives them. They ride on a connection
 * of Hawser's, one after the other. Any thread; plain data.
 *
 * ```
 *   client                                                       server
 *     │ CONN_REQ    who, fragment size, window size                 │
 *     │                                       CONN_ACK or REFUSED   │
 *     │ REQ_TO_SEND name and length of a file                       │
 *     │                                  CLEAR_TO_SEND or REFUSED   │
 *     │ PACKET 1 … PACKET n, at most a window ahead                 │
 *     │                         ACK m: all up to m │ NACK m: not m  │
 *     │ REQ_ACK m: asks for the acknowledgment of all up to m       │
 *     │ FILE_END    SHA-256 of the whole                            │
 *     │                                     FILE_SAVED or REFUSED   │
 *     │ END                                                 END_ACK │
 * ```
 */
import { printableName } from '../files/names.js';

/** What both sides must have agreed upon before a file is sent. */
export interface Terms {
  /** Bytes of file in every packet but the last. */
  readonly fragmentBytes: number;
  /** Packets sent ahead of the last acknowledgment, at the most. */
  readonly windowPackets: number;
}

export type Message =
  | ({ readonly type: 'CONN_REQ'; readonly client: string } & Terms)
  | { readonly type: 'REQ_TO_SEND'; readonly name: string; readonly fileBytes: number }
  /** Packets are numbered from 1. */
  | { readonly type: 'PACKET'; readonly number: number; readonly bytes: Uint8Array }
  | { readonly type: 'ACK' | 'NACK' | 'REQ_ACK'; readonly number: number }
  | { readonly type: 'FILE_END'; readonly sha256: Uint8Array }
  | { readonly type: 'FILE_SAVED'; readonly name: string }
  | { readonly type: 'REFUSED'; readonly reason: string }
  | { readonly type: 'CONN_ACK' | 'CLEAR_TO_SEND' | 'END' | 'END_ACK' };

export type MessageType = Message['type'];

export type MessageOf<Type extends MessageType> = Extract<Message, { readonly type: Type }>;

/** One line for the log, without an end. */
export function describe(message: Message): string {
  switch (message.type) {
    case 'CONN_REQ':
      return `CONN_REQ from ${quoted(message.client)}: ${termsText(message)}`;
    case 'REQ_TO_SEND':
      return `REQ_TO_SEND ${quoted(message.name)}, ${message.fileBytes} bytes`;
    case 'PACKET':
      return `PACKET ${message.number}, ${message.bytes.length} bytes`;
    case 'ACK':
    case 'NACK':
    case 'REQ_ACK':
      return `${message.type} ${message.number}`;
    case 'FILE_END':
      return `FILE_END, SHA-256 ${Buffer.from(message.sha256).toString('hex')}`;
    case 'FILE_SAVED':
      return `FILE_SAVED ${quoted(message.name)}`;
    case 'REFUSED':
      return `REFUSED: ${printableName(message.reason)}`;
    default:
      return message.type;
  }
}

export function termsText({ fragmentBytes, windowPackets }: Terms): string {
  return `fragments of ${fragmentBytes} bytes, a window of ${windowPackets} packets`;
}

/** Names come from the other side, and go to a terminal. */
export function quoted(name: string): string {
  return `"${printableName(name)}"`;
}

export function packetCount(fileBytes: number, { fragmentBytes }: Terms): number {
  return Math.ceil(fileBytes / fragmentBytes);
}
