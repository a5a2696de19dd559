/** What an endpoint, that is one UDP port and its threads, may be told: checked and filled in. */
import { impairments, type Impairments } from '../../../shared/net/impairments.js';
import type { SocketAddress } from '../../../shared/net/datagram-port.js';
import type { EndpointOptions } from '../async-connection.js';
import { badOption, oneOf, type Range, wholeNumber } from './checks.js';

export const IO_KINDS = ['auto', 'dgram', 'batched'] as const;
export const CONNECTION_COUNT: Range = { unit: 'connections', least: 1, most: 1_000_000 };
export const MEMORY_BYTES: Range = { unit: 'bytes', least: 2 ** 20, most: 2 ** 40 };

export const DEFAULT_MAXIMUM_CONNECTIONS = 65_536;
export const DEFAULT_MAXIMUM_MEMORY_BYTES = 4 * 2 ** 30;

export interface PortOptions {
  /** How datagrams reach the kernel; default the environment's `HAWSER_IO`, or `auto`. */
  readonly io?: (typeof IO_KINDS)[number] | undefined;
  /** The simulator of a bad network between transport and socket; default none. */
  readonly impairments?: Partial<Impairments> | undefined;
}

export interface LimitOptions {
  /** Connections the endpoint carries, 1 to 1000000; more are refused; default 65536. */
  readonly maximumConnections?: number | undefined;
  /** Bytes of all connections' buffers together, 1 MiB to 1 TiB; default 4 GiB. */
  readonly maximumMemoryBytes?: number | undefined;
}

/** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
export function endpointOptions(
  local: SocketAddress,
  given: PortOptions & LimitOptions,
): EndpointOptions {
  return {
    local,
    io: oneOf('io', given.io ?? process.env['HAWSER_IO'], IO_KINDS, 'auto'),
    ...(given.impairments !== undefined && { impairments: checkedImpairments(given.impairments) }),
    maximumConnections: wholeNumber(
      'maximumConnections',
      given.maximumConnections,
      CONNECTION_COUNT,
      DEFAULT_MAXIMUM_CONNECTIONS,
    ),
    maximumMemoryBytes: wholeNumber(
      'maximumMemoryBytes',
      given.maximumMemoryBytes,
      MEMORY_BYTES,
      DEFAULT_MAXIMUM_MEMORY_BYTES,
    ),
  };
}

function checkedImpairments(given: unknown): Partial<Impairments> {
  if (typeof given !== 'object' || given === null) {
    throw badOption('impairments', given, 'an object of impairments');
  }
  return impairments(given);
}
