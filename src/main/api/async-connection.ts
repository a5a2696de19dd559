/**
 * What a `HawserSocket` and a server stand on: the application's side of connections and endpoints,
 * on a thread with an event loop. Nothing here blocks; whatever may take time is told by `onNews`.
 */
import type { HawserError } from '../../shared/errors.js';
import type { TransportStatistics } from '../../shared/memory/statistics.js';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import type { ConnectionOptions, ListenOptions } from '../../shared/endpoint/plan.js';
import type { Impairments } from '../../shared/net/impairments.js';

export type { ConnectionOptions, ListenOptions } from '../../shared/endpoint/plan.js';

export interface AsyncConnection {
  readonly localAddress: SocketAddress;
  /** Where the peer is now: it may move (NAT rebinding). */
  readonly remoteAddress: SocketAddress;
  /** Called on the event loop whenever anything below may have changed. Replace it. */
  onNews: () => void;

  /** The peer has answered. */
  readonly isOpen: boolean;
  /** The peer has acknowledged our end, and so everything before it. */
  readonly isEndAcknowledged: boolean;
  /** Both streams have ended and nothing is left to do for it, or it has failed. */
  readonly isClosed: boolean;
  /** The error that has ended it: reset, lost, refused, timed out, endpoint failed. */
  failure(): HawserError | undefined;

  readableBytes(): number;
  /** Copies at most `to - from` bytes into `target`; returns how many. */
  read(target: Uint8Array, from: number, to: number): number;
  /** All that the peer will ever send is here, and can be read even if the connection has failed. */
  readonly isComplete: boolean;
  /** The peer's stream has ended and has been read to its end. */
  readonly atEnd: boolean;

  /** Copies what there is room for and returns how many bytes that was; news follows once there is more. */
  write(bytes: Uint8Array, from: number, to: number): number;
  /** Bytes taken by `write` that the peer has not acknowledged yet. */
  readonly unacknowledgedBytes: number;
  /** Our stream ends behind what was written. */
  end(): void;
  /** Ends it at once; the peer is told (RST). */
  abort(): void;

  /** Nagle (RFC 896) off or on. */
  setNoDelay(noDelay: boolean): void;
  /** 0 turns it off. */
  setKeepAlive(afterMs: number): void;
  statistics(): TransportStatistics;
  /** Whether it keeps the process alive. It does until told otherwise. */
  ref(): void;
  unref(): void;
  /** The application has done with it: its memory is for others now. An open one is aborted. */
  release(): void;
}

export interface AsyncEndpoint {
  readonly localAddress: SocketAddress;
  /** Connections that are not released. */
  readonly connectionCount: number;
  /** At once; the connection opens, or fails, later. `remote` is numeric. */
  connect(remote: SocketAddress, options: ConnectionOptions): AsyncConnection;
  /** From now on openings of peers become connections. */
  listen(options: ListenOptions, onConnection: (connection: AsyncConnection) => void): void;
  /** New peers are refused; connections stay. */
  stopListening(): void;
  /** Called once if the endpoint dies (socket, thread); its connections fail with the same error. */
  onFailure: (error: HawserError) => void;
  ref(): void;
  unref(): void;
  /** Aborts what is still open and gives port and threads back. */
  close(): Promise<void>;
}

export interface EndpointOptions {
  /** A numeric address. */
  readonly local: SocketAddress;
  readonly io: 'auto' | 'dgram' | 'batched';
  readonly impairments?: Partial<Impairments>;
  /** Connections, listening and outgoing together, that it may carry. */
  readonly maximumConnections: number;
  /** Bytes of all connections' buffers together. */
  readonly maximumMemoryBytes: number;
}
