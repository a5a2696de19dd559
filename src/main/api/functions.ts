/** The functions of the package; all but `listen` are what `net` calls by the same names. */
import { once } from 'node:events';
import { HawserServer } from './hawser-server.js';
import { HawserSocket } from './hawser-socket.js';
import type { Network } from './network.js';
import { type ConnectArguments, connectArguments } from './options/connect-options.js';
import type { ListenOptions, ServerOptions } from './options/listen-options.js';
import { threadNetwork } from './thread-network.js';

export type ConnectionListener = (socket: HawserSocket) => void;

/**
 * Makes a socket and connects it: `connect(port, host?, onConnect?)` or `connect(options, onConnect?)`.
 * @throws {HawserError} `ERR_HAWSER_BAD_OPTION`
 */
export function connect(...given: ConnectArguments): HawserSocket {
  return connectOn(threadNetwork, given);
}

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function createServer(onConnection?: ConnectionListener): HawserServer;
export function createServer(
  options: ServerOptions,
  onConnection?: ConnectionListener,
): HawserServer;
export function createServer(
  options: ServerOptions | ConnectionListener = {},
  onConnection?: ConnectionListener,
): HawserServer {
  return typeof options === 'function'
    ? createServerOn(threadNetwork, {}, options)
    : createServerOn(threadNetwork, options, onConnection);
}

/**
 * A server that listens: resolves once its address is bound.
 * @throws {HawserError} `ERR_HAWSER_BAD_OPTION`, `ERR_HAWSER_ADDRESS_IN_USE`,
 * `ERR_HAWSER_ADDRESS_INVALID`, `ERR_HAWSER_NAME_NOT_FOUND`, `ERR_HAWSER_SOCKET`.
 */
export async function listen(
  options: ListenOptions & ServerOptions,
  onConnection?: ConnectionListener,
): Promise<HawserServer> {
  options.signal?.throwIfAborted();
  const server = createServer(options, onConnection).listen(options);
  await once(server, 'listening', options.signal && { signal: options.signal });
  return server;
}

export function connectOn(network: Network, given: ConnectArguments): HawserSocket {
  const { options } = connectArguments(given);
  return new HawserSocket(options, network).connect(...given);
}

export function createServerOn(
  network: Network,
  options: ServerOptions = {},
  onConnection?: ConnectionListener,
): HawserServer {
  const server = new HawserServer(options, network);
  if (onConnection !== undefined) server.on('connection', onConnection);
  return server;
}
