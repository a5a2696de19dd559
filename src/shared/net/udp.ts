/** Sizes that every UDP port shares, in bytes. */

/** The largest payload of an IPv4 datagram: 65535 less 20 of IP and 8 of UDP header. */
export const MAXIMUM_UDP_PAYLOAD_BYTES = 65507;

/** What fits into an Ethernet frame: 1500 less 28. The classroom's limit. */
export const ETHERNET_UDP_PAYLOAD_BYTES = 1472;

/** Asked of the kernel for each direction; it may grant less. */
export const SOCKET_BUFFER_BYTES = 4 << 20;
