/**
 * What every contender is reduced to: one connected byte stream, so that all run the same workload.
 * What arrives is pushed, since that is what most of them do and what costs them least.
 */

/** Returns whether it wants more. */
export type Taker = (piece: Uint8Array) => boolean;

export interface ContestStream {
  /** Accepts the piece whole; a promise if the caller should wait for it before it writes more. */
  write(piece: Uint8Array): Promise<unknown> | undefined;
  /** Hands over what arrives, until `take` returns false. Rejects if the stream ends before that. */
  receive(take: Taker): Promise<void>;
  /** Called when all that was written has been answered. The opener closes first. */
  close(): Promise<void>;
}

/** One side of a connection on loopback. */
export interface Side {
  readonly role: 'opener' | 'accepter';
  readonly localPort: number;
  readonly remotePort: number;
  /** Of a peer: the module to import, as a URL. */
  readonly packageEntry?: string;
}

/** @param onListening the opener may start now */
export type Connect<S extends Side = Side> = (
  side: S,
  onListening: () => void,
) => Promise<ContestStream>;

export const HOST = '127.0.0.1';
export const SOCKET_BUFFER_BYTES = 4 << 20;
