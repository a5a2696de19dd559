/**
 * Parsers of values with units: times, rates, sizes, and addresses. Main thread, the edge of the
 * program. Every one takes the text behind a flag and throws what commander shows, with what is
 * allowed.
 */
import { InvalidArgumentError } from 'commander';
import type { SocketAddress } from '../../shared/net/datagram-port.js';

const NUMBER = '(\\d+\\.?\\d*|\\.\\d+)';
const TIME = new RegExp(`^${NUMBER} ?(us|µs|ms|s|min|)$`);
const RATE = new RegExp(`^${NUMBER} ?([kMG]?)(?:bit|bps|bit/s)?$`, 'i');
const SIZE = new RegExp(`^${NUMBER} ?(k|M|G|Ki|Mi|Gi|)B?$`, 'i');
const ADDRESS = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/;

const MICROS: Record<string, number> = { us: 1, µs: 1, ms: 1e3, s: 1e6, min: 60e6, '': 1e6 };
const THOUSANDS: Record<string, number> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };
const BYTES: Record<string, number> = { ...THOUSANDS, ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30 };

/** A time from 0 to `mostSeconds`, in microseconds; a bare number is seconds. */
export function timeUpTo(mostSeconds: number): (text: string) => number {
  return (text) => {
    const [, value, unit] = TIME.exec(text) ?? [];
    const micros = Number(value) * MICROS[unit];
    if (micros <= mostSeconds * 1e6) return micros;
    const example = mostSeconds < 1 ? '5ms' : '25ms or 0.5s';
    throw invalid(`a time up to ${mostSeconds}s, such as ${example}; a bare number is seconds`);
  };
}

/** A rate in bits a second, returned in bytes a second. */
export function bitRate(text: string): number {
  const [, value, unit] = RATE.exec(text) ?? [];
  const bits = Number(value) * THOUSANDS[unit?.toLowerCase()];
  if (bits >= 8 && bits <= 1e12) return bits / 8;
  throw invalid('a rate in bits a second from 8 to 1000G, such as 100M, 1.5Gbit or 64k');
}

/** A size in bytes. */
export function byteCount(text: string): number {
  const [, value, unit] = SIZE.exec(text) ?? [];
  const bytes = Math.floor(Number(value) * BYTES[unit?.toLowerCase()]);
  if (bytes >= 1 && bytes <= 1e12) return bytes;
  throw invalid('a size in bytes from 1 to 1000GB, such as 65536, 625kB or 64KiB');
}

/** `HOST:PORT`; IPv6 in brackets, an empty host is every interface. Port 0 only where allowed. */
export function addressFrom(leastPort: 0 | 1): (text: string) => SocketAddress {
  return (text) => {
    const [, bracketed, plain, digits] = ADDRESS.exec(text) ?? [];
    const port = Number(digits);
    if (port >= leastPort && port <= 65_535)
      return { host: bracketed ?? (plain || '0.0.0.0'), port };
    throw invalid(`HOST:PORT with a port from ${leastPort} to 65535, such as 127.0.0.1:9000`);
  };
}

export function invalid(wanted: string): InvalidArgumentError {
  return new InvalidArgumentError(`Must be ${wanted}.`);
}
