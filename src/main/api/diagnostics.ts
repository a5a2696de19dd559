/** What others may watch through `node:diagnostics_channel`; without a subscriber it costs a look. */
import { channel } from 'node:diagnostics_channel';
import type { ConnectionStream } from './connection-stream.js';
import type { HawserServer } from './hawser-server.js';
import type { HawserSocket } from './hawser-socket.js';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import type { DroppedConnection } from './hawser-server.js';

/** Each is published on the channel `hawser:` + its name. */
export interface DiagnosticMessages {
  'client.connecting': { readonly socket: HawserSocket };
  'client.open': { readonly socket: HawserSocket };
  'server.listening': { readonly server: HawserServer };
  'server.connection': { readonly server: HawserServer; readonly socket: HawserSocket };
  'server.drop': { readonly server: HawserServer; readonly dropped: DroppedConnection };
  'server.close': { readonly server: HawserServer };
  'socket.close': { readonly socket: ConnectionStream; readonly error: Error | null };
  'endpoint.open': { readonly localAddress: SocketAddress };
  'endpoint.close': { readonly localAddress: SocketAddress };
}

const channels = {
  'client.connecting': channel('hawser:client.connecting'),
  'client.open': channel('hawser:client.open'),
  'server.listening': channel('hawser:server.listening'),
  'server.connection': channel('hawser:server.connection'),
  'server.drop': channel('hawser:server.drop'),
  'server.close': channel('hawser:server.close'),
  'socket.close': channel('hawser:socket.close'),
  'endpoint.open': channel('hawser:endpoint.open'),
  'endpoint.close': channel('hawser:endpoint.close'),
} satisfies Record<keyof DiagnosticMessages, unknown>;

export function publish<Name extends keyof DiagnosticMessages>(
  name: Name,
  message: DiagnosticMessages[Name],
): void {
  if (channels[name].hasSubscribers) channels[name].publish(message);
}
