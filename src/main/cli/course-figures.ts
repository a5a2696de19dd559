/**
 * The six figures that the course's simulator prints at its end, and graders read.
 */
import type { TransportStatistics } from '../../shared/memory/statistics.js';

/** What a datagram costs on the wire beyond its UDP payload: 18 Ethernet, 20 IP, 8 UDP. */
const ETHERNET_OVERHEAD_BYTES = 46;

/** What the port counted, in datagrams and bytes of UDP payload; lost ones are sent ones too. */
export type PortTotals = Pick<
  TransportStatistics,
  'datagramsSent' | 'datagramBytesSent' | 'datagramsReceived' | 'datagramBytesReceived'
>;

const NOTHING: PortTotals = {
  datagramsSent: 0,
  datagramBytesSent: 0,
  datagramsReceived: 0,
  datagramBytesReceived: 0,
};

export interface CourseFigures {
  readonly PACKETS_SENT: number;
  readonly UDP_BYTES_SENT: number;
  readonly ETH_BYTES_SENT: number;
  readonly PACKETS_RECV: number;
  readonly UDP_BYTES_RECV: number;
  readonly ETH_BYTES_RECV: number;
}

/** `totals` is absent where no port was ever opened. */
export function courseFigures(totals: PortTotals = NOTHING): CourseFigures {
  const onEthernet = (bytes: number, datagrams: number) =>
    bytes + datagrams * ETHERNET_OVERHEAD_BYTES;
  return {
    PACKETS_SENT: totals.datagramsSent,
    UDP_BYTES_SENT: totals.datagramBytesSent,
    ETH_BYTES_SENT: onEthernet(totals.datagramBytesSent, totals.datagramsSent),
    PACKETS_RECV: totals.datagramsReceived,
    UDP_BYTES_RECV: totals.datagramBytesReceived,
    ETH_BYTES_RECV: onEthernet(totals.datagramBytesReceived, totals.datagramsReceived),
  };
}

/** The figures as the course prints them, `NAME=value`. */
export function figureLines(figures: CourseFigures): string[] {
  return Object.entries(figures).map(([name, value]) => `${name}=${String(value)}`);
}
