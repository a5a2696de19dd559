/** The arguments of `listen`, in the forms that `net.Server` takes, and the options of a server. */
import {
  abortSignal,
  flag,
  hostName,
  noPath,
  oneOf,
  portNumber,
  type Range,
  wholeNumber,
} from './checks.js';
import { connectionOptions, type TransportOptions } from './connection-options.js';
import { endpointOptions, type LimitOptions, type PortOptions } from './endpoint-options.js';
import { socketOptions, type SocketOptions } from './socket-options.js';

export const RETRY_KINDS = ['auto', 'always', 'never'] as const;
const BACKLOG: Range = { unit: 'connections', least: 1, most: 65_535 };
const DEFAULT_BACKLOG = 511;

/** What the server's sockets are told. */
export interface ServerOptions extends TransportOptions, Omit<SocketOptions, 'signal'> {
  /** Sockets begin paused, so that another thread or handler may take them; default false. */
  readonly pauseOnConnect?: boolean | undefined;
}

export interface ListenOptions extends PortOptions, LimitOptions {
  /** UDP port, 0 to 65535; default 0, any free one. */
  readonly port?: number | string | undefined;
  /** Name or address to bind; default every address of the machine. */
  readonly host?: string | null | undefined;
  /** Connections opened and not yet taken, 1 to 65535; default 511. */
  readonly backlog?: number | undefined;
  /** Whether newcomers must prove their address before they cost memory; default under load. */
  readonly retry?: (typeof RETRY_KINDS)[number] | undefined;
  /** Closes the server. */
  readonly signal?: AbortSignal | undefined;
}

export type ListenArguments =
  | [onListening?: () => void]
  | [options: ListenOptions, onListening?: () => void]
  | [port: number | string, onListening?: () => void]
  | [port: number | string, host: string | undefined, onListening?: () => void]
  | [port: number | string, host?: string, backlog?: number, onListening?: () => void]
  | [port: number | string, backlog: number, onListening?: () => void];

/** All that a server needs of its own options, checked. */
export type ServerRequest = ReturnType<typeof serverRequest>;
/** All that `listen` needs, checked. */
export type ListenRequest = ReturnType<typeof listenRequest>;

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function listenArguments(given: ListenArguments): {
  options: ListenOptions;
  onListening: (() => void) | undefined;
} {
  const values: unknown[] = [...given];
  const onListening =
    typeof values.at(-1) === 'function' ? (values.pop() as () => void) : undefined;
  const [first, ...rest] = values;
  if (typeof first === 'object' && first !== null) return { options: first, onListening };
  const host = rest.find((value) => typeof value === 'string');
  const backlog = rest.find((value) => typeof value === 'number');
  return { options: { port: first as number | undefined, host, backlog }, onListening };
}

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function serverRequest(given: ServerOptions) {
  const { allowHalfOpen, highWaterMark } = socketOptions(given);
  return {
    socket: { allowHalfOpen, highWaterMark },
    pauseOnConnect: flag('pauseOnConnect', given.pauseOnConnect, false),
    connection: connectionOptions(given),
  };
}

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function listenRequest(given: ListenOptions) {
  noPath((given as { path?: unknown }).path);
  return {
    /** Undefined is every address of the machine. */
    host: given.host == null ? undefined : hostName('host', given.host, ''),
    port: portNumber('port', given.port, 0),
    backlog: wholeNumber('backlog', given.backlog, BACKLOG, DEFAULT_BACKLOG),
    retry: oneOf('retry', given.retry, RETRY_KINDS, 'auto'),
    /** The endpoint to open; its address is for whoever has looked the host up. */
    endpoint: endpointOptions({ host: '', port: 0 }, given),
    signal: abortSignal('signal', given.signal),
  };
}
