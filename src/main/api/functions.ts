/** The functions of the package, over a network: what `net` calls by the same names. */
import { HawserServer } from './hawser-server.js';
import { HawserSocket } from './hawser-socket.js';
import type { Network } from './network.js';
import { type ConnectArguments, connectArguments } from './options/connect-options.js';
import type { ServerOptions } from './options/listen-options.js';

export type ConnectionListener = (socket: HawserSocket) => void;

/** Makes a socket and connects it; see {@link HawserSocket.connect}. */
export function connectOn(network: Network, given: ConnectArguments): HawserSocket {
  const { options } = connectArguments(given);
  return new HawserSocket(options, network).connect(...given);
}

export function createServerOn(
  network: Network,
  options: ServerOptions | ConnectionListener = {},
  listener?: ConnectionListener,
): HawserServer {
  const onConnection = typeof options === 'function' ? options : listener;
  const server = new HawserServer(typeof options === 'function' ? {} : options, network);
  if (onConnection !== undefined) server.on('connection', onConnection);
  return server;
}
