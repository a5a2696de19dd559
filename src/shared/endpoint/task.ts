/**
 * What is handed from thread to thread when an endpoint starts, and when a connection joins it.
 */
import type { MessagePort } from 'node:worker_threads';
import type { BatchedSocket } from '../net/batched-socket.js';
import type { SocketAddress } from '../net/datagram-port.js';
import type { Impairments } from '../net/impairments.js';
import type { TransportSettings } from '../transport/settings.js';

/** The channel on which a worker announces an endpoint that needs threads. */
export const ENDPOINT_CHANNEL = 'hawser:endpoints';

/** What the listener and the timer of one endpoint are started with. */
export interface EndpointTask {
  /** Of an EndpointMemory. */
  readonly memory: SharedArrayBuffer;
  /** Host may be a name; port 0 takes a free one. */
  readonly local: SocketAddress;
  readonly impairments?: Partial<Impairments>;
  /** Which sockets to use: `auto` takes batched ones where they work. */
  readonly io: 'auto' | 'dgram' | 'batched';
  /** Opened by the main thread where batched sockets are used. */
  readonly socket?: BatchedSocket;
  /** The one connection of an endpoint that speaks to one address only: a Streamer's. */
  readonly only?: ConnectionTask & { readonly remote: SocketAddress };
}

/** A connection as it is handed to each thread of its endpoint. */
export interface ConnectionTask {
  /** Its bit on the rolls. */
  readonly place: number;
  /** Where its ConnectionMemory is, from byte `base` on, which also says where the peer is. */
  readonly memory: SharedArrayBuffer;
  readonly base?: number;
  readonly settings: TransportSettings;
}

/** The task of a role at an endpoint whose connections come and go. */
export interface RoleTask extends EndpointTask {
  readonly mail?: RoleMail;
}

/** A role's ends of the channels to the other threads; each message is followed by a ring. */
export interface RoleMail {
  readonly application: MessagePort;
  /** To the timer for the listener, and the other way round. */
  readonly beside: MessagePort;
}

/** How a thread other than the listener reaches the port: only where batched sockets are used. */
export interface Route {
  readonly socket: BatchedSocket;
}
