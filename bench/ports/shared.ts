/** What the threads of the port bench share: a few words, and what a worker is told. */
import type { BatchedSocket } from '#hawser/shared/net/batched-socket.js';
import type { SocketAddress } from '#hawser/shared/net/datagram-port.js';

export type PortKind = 'dgram' | 'batched';

export const DATAGRAM_BYTES = 1472;
/** Datagrams under way at most: what the receiver's socket buffer holds without losing any. */
export const WINDOW = 1024;

/** Shared words: the first two are written by the receiver, `STOP` by the main thread. */
export const WORD = {
  received: 0,
  stop: 1,
  receiverBell: 2,
  senderBell: 4,
  count: 6,
} as const;

export interface WorkerTask {
  readonly kind: PortKind;
  readonly role: 'sender' | 'receiver';
  readonly words: Int32Array;
  readonly datagrams: number;
  /** The batched port's descriptors, opened by the main thread. */
  readonly socket?: BatchedSocket;
  /** For the sender. */
  readonly destination?: SocketAddress;
}
