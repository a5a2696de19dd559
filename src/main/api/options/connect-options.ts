/** The arguments of `connect`, in each of the forms that `net.connect` takes, and what they mean. */
import type { LookupAddress, LookupOptions } from 'node:dns';
import { badOption, callable, hostName, noPath, numericAddress } from './checks.js';
import { oneOf, portNumber, wholeNumber } from './checks.js';
import { connectionOptions, DELAY_MS, type TransportOptions } from './connection-options.js';
import { endpointOptions, type PortOptions } from './endpoint-options.js';
import type { SocketOptions } from './socket-options.js';

/** As `dns.lookup` with `all: true`. */
export type Lookup = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface ConnectOptions extends TransportOptions, PortOptions, SocketOptions {
  /** Port of the peer, 1 to 65535. */
  readonly port: number | string;
  /** Name or address of the peer; default `localhost`. */
  readonly host?: string | null | undefined;
  /** 4 or 6 takes only addresses of that kind; default 0, any. */
  readonly family?: 0 | 4 | 6 | undefined;
  /** Hints of `dns.lookup`; default 0. */
  readonly hints?: number | undefined;
  /** Instead of `dns.lookup`. */
  readonly lookup?: Lookup | undefined;
  /** Address and port to send from; default any. */
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /**
   * Name look-up and opening together may take so long, in ms: 1 to 604800000; default 10000. Of the
   * start of our own threads, half of that counts at the most.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** As `socket.setTimeout`, in ms; default 0, off. */
  readonly timeout?: number | undefined;
}

export type ConnectArguments =
  | [options: ConnectOptions, onConnect?: () => void]
  | [port: number | string, onConnect?: () => void]
  | [port: number | string, host: string | undefined, onConnect?: () => void];

/** All that `connect` needs, checked. */
export type ConnectRequest = ReturnType<typeof connectRequest>;

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function connectArguments(given: ConnectArguments): {
  options: ConnectOptions;
  onConnect: (() => void) | undefined;
} {
  const [first, second, third] = given;
  // To JavaScript null is an object.
  if (typeof first === 'object' && (first as unknown) !== null) {
    return { options: first, onConnect: callable('onConnect', second as (() => void) | undefined) };
  }
  const port = first as number | string;
  if (typeof second === 'string' || third !== undefined) {
    const host = second as string | undefined;
    return { options: { port, host }, onConnect: callable('onConnect', third) };
  }
  return { options: { port }, onConnect: callable('onConnect', second) };
}

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function connectRequest(given: ConnectOptions) {
  noPath((given as { path?: unknown }).path);
  const port = portNumber('port', given.port);
  if (port === 0) throw badOption('port', port, 'the port of a peer, from 1 to 65535');
  return {
    host: hostName('host', given.host, 'localhost'),
    port,
    family: oneOf('family', given.family, [0, 4, 6], 0),
    hints: wholeNumber('hints', given.hints, { unit: 'flags', least: 0, most: 2 ** 31 - 1 }, 0),
    lookup: callable('lookup', given.lookup),
    localAddress: numericAddress('localAddress', given.localAddress),
    localPort: portNumber('localPort', given.localPort, 0),
    timeoutMs: wholeNumber('timeout', given.timeout, DELAY_MS, 0),
    connection: connectionOptions(given),
    /** The endpoint to use; its address is for whoever knows the peer's. */
    endpoint: endpointOptions({ host: '', port: 0 }, given),
  };
}
