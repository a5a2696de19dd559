/**
 * `struct sockaddr_in` and `sockaddr_in6`, to and from {@link SocketAddress}. Any thread.
 *
 * ```
 *   sockaddr_in  (16 bytes): 0 family (u16)  2 port (big-endian)  4 address (4 bytes)
 *   sockaddr_in6 (28 bytes): 0 family (u16)  2 port (big-endian)  8 address (16)  24 scope (u32)
 * ```
 */
import { networkInterfaces } from 'node:os';

import type { SocketAddress } from './datagram-port.js';
import { AF_INET, AF_INET6 } from './linux-abi.js';
import { canonicalAddress, hostForFamily, type AddressFamily } from './socket-address.js';

const IN_BYTES = 16;
const IN6_BYTES = 28;

/**
 * The bytes of an address for a socket of `family`; IPv4 is mapped for an IPv6 socket.
 * `undefined` for an IPv6 address on an IPv4 socket: there is no way to say it.
 */
export function encodeSockaddr(
  address: SocketAddress,
  family: AddressFamily,
): Uint8Array | undefined {
  const host = hostForFamily(address.host, family);
  if (family === 4 && host.includes(':')) return undefined;
  const bytes = new Uint8Array(family === 6 ? IN6_BYTES : IN_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family === 6 ? AF_INET6 : AF_INET, true);
  view.setUint16(2, address.port);
  if (family === 4) {
    bytes.set(host.split('.').map(Number), 4);
    return bytes;
  }
  const [plain, zone] = host.split('%');
  bytes.set(ipv6Bytes(plain), 8);
  view.setUint32(24, scopeOf(zone), true);
  return bytes;
}

/** The address at `start`, in its canonical spelling. */
export function decodeSockaddr(bytes: Uint8Array, start: number): SocketAddress {
  const port = (bytes[start + 2] << 8) | bytes[start + 3];
  if (bytes[start] === AF_INET) {
    return { host: bytes.subarray(start + 4, start + 8).join('.'), port };
  }
  const groups: string[] = [];
  for (let at = start + 8; at < start + 24; at += 2) {
    groups.push(((bytes[at] << 8) | bytes[at + 1]).toString(16));
  }
  const { host } = canonicalAddress({ host: groups.join(':'), port });
  const scope = bytes[start + 24] | (bytes[start + 25] << 8);
  // As the system calls the interface, which may be more than an address may be spelled with.
  return { host: scope === 0 ? host : `${host}%${zoneOf(scope)}`, port };
}

/** The 16 bytes of a valid IPv6 address without a zone. */
function ipv6Bytes(host: string): Uint8Array {
  const [head, tail] = host.split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail);
  const zeros = new Array<number>(8 - left.length - right.length).fill(0);
  const bytes = new Uint8Array(16);
  [...left, ...zeros, ...right].forEach((group, index) => {
    bytes[2 * index] = group >> 8;
    bytes[2 * index + 1] = group & 0xff;
  });
  return bytes;
}

/** 16-bit groups of a part of an IPv6 address; an IPv4 tail counts as two. */
function groupsOf(part: string | undefined): number[] {
  if (!part) return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [parseInt(group, 16)];
    const [a, b, c, d] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

/** A zone is an interface's name or its number; 0 is "none". */
function scopeOf(zone: string | undefined): number {
  if (zone === undefined) return 0;
  // A global address of the interface, which may come first, has none.
  const scoped = networkInterfaces()[zone]?.find(({ scopeid = 0 }) => scopeid > 0);
  return scoped?.scopeid ?? (Number(zone) || 0);
}

function zoneOf(scope: number): string {
  const entries = Object.entries(networkInterfaces());
  const found = entries.find(([, addresses]) => {
    return addresses?.some((address) => 'scopeid' in address && address.scopeid === scope);
  });
  return found?.[0] ?? String(scope);
}
