/**
 * The states of BBR, draft-ietf-ccwg-bbr §4.3, and what each does to pacing and window.
 *
 * ```
 *   startup ─▶ drain ─▶ down ─▶ cruise ─▶ refill ─▶ up ─▶ down …      any ─▶ probeRtt ─▶ cruise
 *                        └── the queue empties ──┘ └ more? ┘                          └▶ startup
 * ```
 */
export const BbrState = {
  /** Doubles the rate each round trip, until that brings no more. */
  startup: 0,
  /** Empties the queue that startup has built. */
  drain: 1,
  /** Below the estimated bandwidth, until the queue is empty and others have room. */
  down: 2,
  /** At the estimated bandwidth. */
  cruise: 3,
  /** As cruise for one round trip, without short-term bounds: fills the pipe, not the queue. */
  refill: 4,
  /** Above it, to find out whether there is more. */
  up: 5,
  /** With half the pipe, now and then, to see the round-trip time without a queue of our own. */
  probeRtt: 6,
} as const;
export type BbrState = (typeof BbrState)[keyof typeof BbrState];

interface Gains {
  readonly pacing: number;
  readonly window: number;
}

/** §5.6.1 and the sections of the states. */
export const gains: Readonly<Record<BbrState, Gains>> = {
  [BbrState.startup]: { pacing: 2.77, window: 2 },
  [BbrState.drain]: { pacing: 0.5, window: 2 },
  [BbrState.down]: { pacing: 0.9, window: 2 },
  [BbrState.cruise]: { pacing: 1, window: 2 },
  [BbrState.refill]: { pacing: 1, window: 2 },
  [BbrState.up]: { pacing: 1.25, window: 2.25 },
  [BbrState.probeRtt]: { pacing: 1, window: 0.5 },
};

/** What the acknowledgments that now come in tell of: BBR.ack_phase. */
export const AckPhase = {
  /** Nothing in particular. */
  settled: 0,
  refilling: 1,
  /** Our probing has begun, but what comes in was sent before. */
  probeStarting: 2,
  /** What comes in was sent while we probed. */
  probeFeedback: 3,
  /** Probing is over, but what comes in was sent during it. */
  probeStopping: 4,
} as const;

export function isProbingBandwidth(state: number): boolean {
  return state >= BbrState.down && state <= BbrState.up;
}

/** Sends more than it believes to get through: losses now are of its own making. */
export function isProbingUp(state: number): boolean {
  return state === BbrState.startup || state === BbrState.refill || state === BbrState.up;
}
