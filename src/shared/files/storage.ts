/**
 * Where received files go, as the receiving side of the protocol sees it: a tree of folders, or a
 * stream such as standard output. File thread.
 */
import type { Status } from './status.js';

/** What is offered, its name not yet looked at. */
export interface OfferedFile {
  readonly isFolder: boolean;
  /** `undefined` if the sender does not know. */
  readonly size: number | undefined;
  /** Permission bits. */
  readonly mode: number;
  readonly modifiedSeconds: number;
  readonly name: Uint8Array;
}

/** How an offer is answered. */
export type Reply =
  | { readonly is: 'settled'; readonly status: Status; readonly text: string }
  /** It is there with this digest; `incoming` if it is to be sent should it differ. */
  | { readonly is: 'compare'; readonly digest: Buffer; readonly incoming?: Incoming }
  | {
      readonly is: 'send';
      /** So many bytes are there, with this digest. */
      readonly offset: number;
      readonly digest: Buffer;
      readonly incoming: Incoming;
    };

/** A file that may be sent now. Every one is finished, or abandoned, in the end. */
export interface Incoming {
  /** Data follows from here on: from the offset of the reply, or from 0. */
  begin(offset: number): void;
  write(bytes: Uint8Array): void | Promise<void>;
  zeros(count: number): Promise<void>;
  /** SHA-256 of everything from 0 on. */
  digest(): Buffer;
  /** Puts it where it belongs, durably. Resolves with the path it has got if it is another one. */
  finish(): Promise<string | undefined>;
  /** `keeps` what has come for a later transfer. */
  abandon(keeps: boolean): void;
}

export interface Storage {
  /** Throws a FileFailure for what cannot be taken. */
  consider(offer: OfferedFile): Promise<Reply>;
  /** The transfer is over; everything has been finished or abandoned. */
  close(isComplete: boolean): void;
}
