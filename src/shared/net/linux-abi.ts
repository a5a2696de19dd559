/**
 * Numbers of the Linux system-call interface, the same on x64 and arm64: constants, and the layout
 * of the structures that the batched port writes and reads. Little-endian, 64-bit pointers.
 *
 * ```
 *   struct mmsghdr (64 bytes)                      struct iovec (16)   struct cmsghdr (16 + data)
 *    0 name*         8 namelen                      0 base*             0 length (u64, with header)
 *   16 iov*         24 iovlen (u64)                 8 length (u64)      8 level
 *   32 control*     40 controllen (u64)                                12 type
 *   48 flags        56 bytes transferred                               16 data
 * ```
 */

export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_DGRAM = 2;
export const SOCK_CLOEXEC = 0x80000;
export const O_CLOEXEC = 0x80000;
export const EFD_CLOEXEC = 0x80000;
export const EFD_NONBLOCK = 0x800;

export const SOL_IP = 0;
export const SOL_SOCKET = 1;
export const SOL_UDP = 17;
export const SOL_IPV6 = 41;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const IP_MTU_DISCOVER = 10;
export const IP_RECVERR = 11;
export const IPV6_MTU_DISCOVER = 23;
export const IPV6_RECVERR = 25;
export const IPV6_V6ONLY = 26;
/** Never cut, and never believe what ICMP says of the path's MTU. */
export const PMTUDISC_PROBE = 3;
export const UDP_SEGMENT = 103;
export const UDP_GRO = 104;

export const MSG_DONTWAIT = 0x40;
export const MSG_ERRQUEUE = 0x2000;

export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLNVAL = 0x20;

export const MMSGHDR_BYTES = 64;
export const MSG_NAME = 0;
export const MSG_NAMELEN = 8;
export const MSG_IOV = 16;
export const MSG_IOVLEN = 24;
export const MSG_CONTROL = 32;
export const MSG_CONTROLLEN = 40;
export const MSG_TRANSFERRED = 56;

export const IOVEC_BYTES = 16;
export const IOV_LENGTH = 8;

export const CMSG_LEVEL = 8;
export const CMSG_TYPE = 12;
export const CMSG_DATA = 16;
/** Room of a control message with up to 8 bytes of data. */
export const SMALL_CMSG_BYTES = 24;

export const POLLFD_BYTES = 8;
export const TIMESPEC_BYTES = 16;

/** The largest `struct sockaddr` that matters here, `sockaddr_in6` with 28 bytes, in whole words. */
export const SOCKADDR_BYTES = 32;
