/**
 * Which size to try next in the search for the path's MTU (RFC 8899 §5.3.2). Pure functions; sizes
 * are bytes of UDP payload.
 */

/** BASE_PLPMTU of RFC 8899 §5.1.2: nearly every path carries it. */
export const BASE_DATAGRAM_BYTES = 1200;

/** Ethernet without and with jumbo frames, under IPv4; Ethernet under IPv6. */
const ETHERNET = 1472;
const JUMBO = 8972;
const ETHERNET_IPV6 = 1452;

const FINE_BYTES = 16;

/**
 * The next size to probe, above `floor`, which the path carries, and below `ceiling`, which it does
 * not, and at most `top`; 0 if a better one is not worth looking for. The likely sizes come first, so
 * that Ethernet is found with one probe and loopback with two.
 */
export function nextProbeBytes(floor: number, ceiling: number, top: number): number {
  for (const size of [Math.min(ETHERNET, top), top, JUMBO, ETHERNET_IPV6]) {
    if (size > floor && size < ceiling) return size;
  }
  const gap = ceiling - floor;
  const worthwhile = Math.max(FINE_BYTES, floor / 32);
  return gap <= worthwhile ? 0 : floor + Math.floor(gap / 2);
}
