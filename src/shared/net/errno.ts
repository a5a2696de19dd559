/** Error numbers of Linux, on x64 and arm64, and their names. */

export const ERRNO = {
  EPERM: 1,
  EINTR: 4,
  EIO: 5,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EINVAL: 22,
  ENONET: 64,
  EPROTO: 71,
  ENOTSOCK: 88,
  EMSGSIZE: 90,
  ENOPROTOOPT: 92,
  EOPNOTSUPP: 95,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ENOBUFS: 105,
  ECONNREFUSED: 111,
  EHOSTDOWN: 112,
  EHOSTUNREACH: 113,
} as const;

const NAMES = new Map<number, string>(Object.entries(ERRNO).map(([name, errno]) => [errno, name]));

/** The name of an error number, or `errno N`. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`;
}

/** The socket is as good as before; there was nothing to do, or no memory to do it with. */
export function isPassing(errno: number): boolean {
  return errno === ERRNO.EAGAIN || errno === ERRNO.EINTR || isLackOfRoom(errno);
}

/** A buffer or a queue of the kernel is full for now. */
export function isLackOfRoom(errno: number): boolean {
  return errno === ERRNO.EAGAIN || errno === ERRNO.ENOBUFS || errno === ERRNO.ENOMEM;
}

const UNREACHABLE: ReadonlySet<number> = new Set([
  ERRNO.EPERM,
  ERRNO.ENONET,
  ERRNO.EPROTO,
  ERRNO.EACCES,
  ERRNO.EMSGSIZE,
  ERRNO.ENOPROTOOPT,
  ERRNO.EOPNOTSUPP,
  ERRNO.ENETDOWN,
  ERRNO.ENETUNREACH,
  ERRNO.ECONNREFUSED,
  ERRNO.EHOSTDOWN,
  ERRNO.EHOSTUNREACH,
]);

/**
 * What ICMP, a firewall or the routing table says when a datagram cannot get there. The kernel
 * tells it once, to whoever calls next, whomever that one is sending to.
 */
export function isUnreachable(errno: number): boolean {
  return UNREACHABLE.has(errno);
}
