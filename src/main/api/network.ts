/** Where sockets and servers get their endpoints from; one a thread, and others in tests. */
import { ClientEndpoints, type OpenEndpoint } from './client-endpoints.js';

export interface Network {
  readonly openEndpoint: OpenEndpoint;
  /** What outgoing connections share. */
  readonly clients: ClientEndpoints;
}

export function networkOf(openEndpoint: OpenEndpoint): Network {
  return { openEndpoint, clients: new ClientEndpoints(openEndpoint) };
}
