/** Addresses as `net` spells them. */
import { isIPv6 } from 'node:net';
import type { SocketAddress } from '../../shared/net/datagram-port.js';

export interface AddressInfo {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly port: number;
}

export function addressInfo({ host, port }: SocketAddress): AddressInfo {
  return { address: host, family: familyOf(host), port };
}

export function familyOf(host: string): AddressInfo['family'] {
  return isIPv6(host) ? 'IPv6' : 'IPv4';
}

/** Both addresses of a connection. */
export interface Ends {
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
}

/** As they are now, to be had also when the connection is no more. */
export function endsOf({ localAddress, remoteAddress }: Ends): Ends {
  return { localAddress, remoteAddress };
}
