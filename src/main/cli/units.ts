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
const ADDRESS = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]*)):(?<port>\d{1,5})$/;

const MICROS: Record<string, number> = { us: 1, µs: 1, ms: 1e3, s: 1e6, min: 60e6, '': 1e6 };
const THOUSANDS: Record<string, number> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };
const BYTES: Record<string, number> = { ...THOUSANDS, ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30 };

/** A time from 0 to `mostSeconds`, in microseconds; a bare number is seconds. */
export function timeUpTo(mostSeconds: number): (text: string) => number {
  return (text) => {
    const micros = scaled(text, TIME, MICROS);
    if (micros <= mostSeconds * 1e6) return micros;
    throw invalid(`a time up to ${mostSeconds}s, such as 25ms or 0.5s; a bare number is seconds`);
  };
}

/** A rate in bits a second, returned in bytes a second. */
export function bitRate(text: string): number {
  const bits = scaled(text, RATE, THOUSANDS);
  if (bits >= 8 && bits <= 1e12) return bits / 8;
  throw invalid('a rate in bits a second from 8 to 1000G, such as 100M, 1.5Gbit or 64k');
}

/** A size in bytes. */
export function byteCount(text: string): number {
  const bytes = Math.floor(scaled(text, SIZE, BYTES));
  if (bytes >= 1 && bytes <= 1e12) return bytes;
  throw invalid('a size in bytes from 1 to 1000GB, such as 65536, 625kB or 64KiB');
}

/** `HOST:PORT`; IPv6 in brackets, an empty host is every interface. Port 0 only where allowed. */
export function addressFrom(leastPort: 0 | 1): (text: string) => SocketAddress {
  return (text) => {
    const { v6, host, port } = ADDRESS.exec(text)?.groups ?? {};
    const number = Number(port);
    if (number >= leastPort && number <= 65_535) {
      return { host: v6 || host || '0.0.0.0', port: number };
    }
    throw invalid(`HOST:PORT with a port from ${leastPort} to 65535, such as 127.0.0.1:9000`);
  };
}

export function invalid(wanted: string): InvalidArgumentError {
  return new InvalidArgumentError(`Must be ${wanted}.`);
}

/** NaN if the text is none of the kind. */
function scaled(text: string, kind: RegExp, units: Readonly<Record<string, number>>): number {
  const match = kind.exec(text);
  return match === null ? NaN : Number(match[1]) * units[match[2].toLowerCase()];
}
