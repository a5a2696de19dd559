/** What one direction of a virtual network does to datagrams. Plain data; times in microseconds. */
export interface LinkConditions {
  /** Probability that a datagram is lost by itself. */
  readonly lossRate: number;
  /** Probability that a datagram begins a burst: it, and all others for a random time, are lost. */
  readonly burstRate: number;
  readonly longestBurstMicros: number;
  /** Probability, nearly, that a datagram has at least one bit flipped. */
  readonly corruptionRate: number;
  /** Probability that a datagram arrives twice, each with a delay of its own. */
  readonly duplicationRate: number;
  /** Every datagram takes this long … */
  readonly delayMicros: number;
  /** … and a uniformly random time in [0, this) on top, so that datagrams overtake each other. */
  readonly jitterMicros: number;
  /** Bottleneck: bytes a second, and the bytes that may wait before it; more are dropped. */
  readonly bytesPerSecond: number;
  readonly queueBytes: number;
  /** Times in which nothing gets through. */
  readonly blackouts: readonly Blackout[];
  /** Larger datagrams are dropped. */
  readonly maximumDatagramBytes: number;
}

export interface Blackout {
  readonly fromMicros: number;
  readonly untilMicros: number;
}

export const CLEAN_LINK: LinkConditions = {
  lossRate: 0,
  burstRate: 0,
  longestBurstMicros: 0,
  corruptionRate: 0,
  duplicationRate: 0,
  delayMicros: 100,
  jitterMicros: 0,
  bytesPerSecond: Infinity,
  queueBytes: Infinity,
  blackouts: [],
  maximumDatagramBytes: 1472,
};
