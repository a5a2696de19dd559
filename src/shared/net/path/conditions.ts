/**
 * What one direction of a network path does to datagrams. Plain data, the same for virtual time and
 * for the relay; times in microseconds, bytes are bytes of UDP payload.
 */
export interface PathConditions {
  /** Probability that a datagram is lost, each by itself. */
  readonly lossRate: number;
  /** Losses that come together, on top of `lossRate`. */
  readonly burst: BurstLoss;
  /** Probability that a datagram has at least one bit flipped. */
  readonly corruptionRate: number;
  /** Probability that a datagram arrives twice, each copy with a delivery delay of its own. */
  readonly duplicationRate: number;
  /** Every datagram takes this long … */
  readonly delayMicros: number;
  /** … and a while more, in [0, this), that wanders slowly, so that none overtakes another … */
  readonly jitterMicros: number;
  /** … and a uniformly random time in [0, this) of its own, so that they do. */
  readonly maximumDeliveryDelayMicros: number;
  /** Bottleneck: bytes a second, and the bytes that may wait before it; what has no room is dropped. */
  readonly bytesPerSecond: number;
  readonly queueBytes: number;
  /** Times, from the beginning of the path on, in which nothing gets through. */
  readonly blackouts: readonly Blackout[];
  /** Larger datagrams are dropped. */
  readonly maximumDatagramBytes: number;
  /** The route changes: from a time on the limit is another; the latest that has come holds. */
  readonly laterMaximums?: readonly LaterMaximum[];
}

/**
 * Gilbert–Elliott: the path is in a good or a bad state, and may change at each datagram. A bad state
 * lasts 1 ÷ `leaveRate` datagrams in the mean. (E. O. Elliott, Bell System Technical Journal 42, 1963;
 * his loss in the good state is `lossRate` here.)
 */
export interface BurstLoss {
  /** Probability, after each datagram in the good state, that the next is in a bad one. */
  readonly enterRate: number;
  /** Probability, after each datagram in the bad state, that the next is in a good one. */
  readonly leaveRate: number;
  /** Probability that a datagram in the bad state is lost. */
  readonly lossRate: number;
}

export interface LaterMaximum {
  /** From the beginning of the path on. */
  readonly fromMicros: number;
  readonly maximumDatagramBytes: number;
}

export interface Blackout {
  readonly fromMicros: number;
  readonly untilMicros: number;
}

/** A wire of no length. */
export const PERFECT_PATH: PathConditions = {
  lossRate: 0,
  burst: { enterRate: 0, leaveRate: 1, lossRate: 1 },
  corruptionRate: 0,
  duplicationRate: 0,
  delayMicros: 0,
  jitterMicros: 0,
  maximumDeliveryDelayMicros: 0,
  bytesPerSecond: Infinity,
  queueBytes: Infinity,
  blackouts: [],
  maximumDatagramBytes: Infinity,
};

/** Bursts that lose `share` of all datagrams, below 1, and last `meanDatagrams`, at least 1. */
export function burstLoss(share: number, meanDatagrams: number, lossRate = 1): BurstLoss {
  const badShare = share / lossRate;
  const leaveRate = 1 / meanDatagrams;
  // In the long run as many bad states begin as end: good share × enter = bad share × leave.
  const enterRate = Math.min(1, (badShare * leaveRate) / (1 - badShare));
  return { enterRate, leaveRate, lossRate };
}
