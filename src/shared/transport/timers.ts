/**
 * The deadlines of a connection, all guarded by the send lock, in microseconds of the endpoint's
 * clock; Infinity where a timer is off. The timer thread sleeps until the earliest of them.
 *
 * The delayed acknowledgment is the one deadline elsewhere: it belongs to the receive lock.
 */
export const Timer = {
  /** Nothing in flight was acknowledged for a whole RTO (RFC 6298 §5). */
  retransmission: 0,
  /** A segment sent before a delivered one is still missing (RFC 8985 §6.2). */
  reordering: 1,
  /** The tail may be lost without anything behind it to show it (RFC 8985 §7). */
  tailLossProbe: 2,
  /** A partly filled segment has waited long enough for more bytes (RFC 896). */
  nagleFlush: 3,
  /** The peer's window is closed: ask whether it still is (RFC 9293 §3.8.6.1). */
  windowProbe: 4,
  /** Nothing was heard for a while: ask whether the peer lives (RFC 9293 §3.8.4). */
  keepAlive: 5,
  /** The peer is given up. */
  idle: 6,
  /** A repeated FIN is still answered (RFC 9293 §3.6, "2 MSL"). */
  timeWait: 7,
  /** Nobody has answered our greeting, and we have something to say; or the peer may not know that it is known. */
  opening: 8,
  /** Pacing holds back what windows allow until then. */
  pacing: 9,
  /** A probe of the path's MTU is unanswered, or a larger one may work by now (RFC 8899 §5.1.1). */
  pathMtu: 10,
  /** Nothing was heard for a while: the memory of idle slots may be given back. */
  rest: 11,
} as const;

export const TIMER_COUNT = Object.keys(Timer).length;
