/**
 * What `import … from 'hawser'` gives. On any thread with an event loop: sockets and servers, which
 * never block. On the main thread: {@link hostStreamers}. In worker threads, which may block:
 * {@link Streamer}.
 */
export { type ConnectionListener, connect, createServer, listen } from './functions.js';
export { connect as createConnection } from './functions.js';
export { type DroppedConnection, HawserServer, type ServerEvents } from './hawser-server.js';
export { HawserSocket } from './hawser-socket.js';
export type { AddressInfo } from './addresses.js';
export type { DiagnosticMessages } from './diagnostics.js';
export type { ConnectArguments, ConnectOptions, Lookup } from './options/connect-options.js';
export type { TransportOptions } from './options/connection-options.js';
export type { LimitOptions, PortOptions } from './options/endpoint-options.js';
export type { ListenArguments, ListenOptions, ServerOptions } from './options/listen-options.js';
export type { SocketOptions } from './options/socket-options.js';
export type { SocketEvents } from './socket-events.js';
export type { SocketStatistics } from './socket-statistics.js';
export type { Impairments } from '../../shared/net/impairments.js';
export {
  hostStreamers,
  type StreamerHost,
  type StreamerHostShape,
} from '../threads/streamer-host.js';
export { Streamer, type StreamerOptions, type TransportStatistics } from '../../shared/streamer.js';
export { type ErrorCode, HawserError } from '../../shared/errors.js';
