/**
 * Numeric socket addresses: what is valid, and one spelling for each, so that the address a user
 * gave and the address a datagram came from can be compared as text. Any thread; no lock.
 */
import { isIP, SocketAddress as NodeSocketAddress } from 'node:net';

import { HawserError } from '../errors.js';
import type { SocketAddress } from './datagram-port.js';

export type AddressFamily = 4 | 6;

const MAPPED_PREFIX = '::ffff:';

/** `host:port`, with brackets round an IPv6 host, for messages. */
export function addressText({ host, port }: SocketAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The family of a numeric address.
 * @throws {HawserError} `ERR_HAWSER_ADDRESS_INVALID` for a host name, or a port outside 0–65535.
 */
export function addressFamily(address: SocketAddress): AddressFamily {
  const family = isIP(address.host);
  if (family === 0) throw invalid(address, 'the host must be a numeric IPv4 or IPv6 address');
  const { port } = address;
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) {
    throw invalid(address, 'the port must be a whole number from 0 to 65535');
  }
  return family as AddressFamily;
}

/** The shortest common spelling: `::1`, and `10.0.0.1` for `::ffff:10.0.0.1`. Errors as above. */
export function canonicalAddress(address: SocketAddress): SocketAddress {
  if (addressFamily(address) === 4) return { host: address.host, port: address.port };
  const [host, zone] = address.host.split('%');
  const plain = new NodeSocketAddress({ address: host, family: 'ipv6' }).address;
  return { host: unmappedHost(zone ? `${plain}%${zone}` : plain), port: address.port };
}

/** IPv4 seen through an IPv6 socket, as plain IPv4; any other host as it is. */
export function unmappedHost(host: string): string {
  return host.startsWith(MAPPED_PREFIX) && host.includes('.')
    ? host.slice(MAPPED_PREFIX.length)
    : host;
}

/** The host as a socket of `family` must be given it: IPv4 becomes IPv4-mapped on an IPv6 socket. */
export function hostForFamily(host: string, family: AddressFamily): string {
  return family === 6 && !host.includes(':') ? MAPPED_PREFIX + host : host;
}

/** What a failed bind means to the user. `code` is the name of the errno. */
export function bindError(address: SocketAddress, code: string, cause?: unknown): HawserError {
  const at = addressText(address);
  switch (code) {
    case 'EADDRINUSE':
      return new HawserError(
        'ERR_HAWSER_ADDRESS_IN_USE',
        `${at} is in use by another socket; choose another port, or 0 for any free one`,
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
    case 'EAFNOSUPPORT':
      return invalid(address, `no interface of this machine has it (${code})`, cause);
    default:
      return new HawserError('ERR_HAWSER_SOCKET', `cannot bind ${at}: ${code}`, { cause });
  }
}

/** Whether datagrams to this numeric address never leave the machine. */
export function isLoopback(host: string): boolean {
  return host === '::1' || unmappedHost(host).startsWith('127.');
}

function invalid(address: SocketAddress, why: string, cause?: unknown): HawserError {
  const message = `${addressText(address)} cannot be used as an address: ${why}`;
  return new HawserError('ERR_HAWSER_ADDRESS_INVALID', message, { cause });
}
