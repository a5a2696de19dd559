/**
 * Where output goes: the transport's own word for a port, so that it depends on none. Datagrams are
 * collected into a run of byte ranges of the endpoint's memory, then flushed.
 */
export interface Outlet {
  /** How many datagrams may be handed over now; Infinity unless the port is paced. */
  allowance(nowMicros: number): number;
  /** Adds one datagram, given as offsets and lengths of its header and its payload. */
  push(
    headerOffset: number,
    headerLength: number,
    payloadOffset: number,
    payloadLength: number,
  ): void;
  /** Sends what was pushed. The memory may be written again when this returns. */
  flush(): void;
  /**
   * The smallest datagram that the system has refused as too long since the last call, in bytes;
   * Infinity if there was none. Absent where the system does not say so.
   */
  takeRefusedBytes?(): number;
}
