/** What came out of a scenario. Plain data; shares are from 0 to 1. */
import type { CongestionName } from '../transport/congestion/choice.js';

export interface Outcome {
  /** In virtual time: the given seconds, or less if all was delivered before. */
  readonly elapsedSeconds: number;
  /** Of all connections together. */
  readonly goodputMbit: number;
  /** Goodput ÷ (rate × (1 − loss)); null without a bottleneck. */
  readonly share: number | null;
  /** The same over the last two thirds of the time. */
  readonly steadyShare: number | null;
  readonly queueing: QueueingOutcome;
  /** Of datagrams with data: sent again; and arrived although their data was there already. */
  readonly retransmittedShare: number;
  readonly needlessShare: number;
  /** Of datagrams in the direction of the data: dropped by the queue. */
  readonly droppedShare: number;
  /** Datagrams in the other direction for each in that of the data. */
  readonly answersShare: number;
  /** Jain's index of the goodputs over the last two thirds: 1 if all are the same, 1 ÷ n at worst. */
  readonly fairness: number;
  readonly flows: readonly FlowOutcome[];
  readonly series: Series;
}

/** Waiting before the bottleneck in the direction of the data. */
export interface QueueingOutcome {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maximumMs: number;
  /** The median, as a share of what a full queue means; null without a bottleneck. */
  readonly medianShare: number | null;
}

export interface FlowOutcome {
  readonly congestion: CongestionName;
  readonly goodputMbit: number;
  readonly steadyMbit: number;
  /** Segments sent for the first time, and again. */
  readonly segments: number;
  readonly sentAgain: number;
  readonly smoothedRttMs: number | null;
  /** The code of the error it ended with. */
  readonly failure?: string;
}

/** Equally spaced looks at the run, for time–sequence plots. */
export interface Series {
  readonly atMs: readonly number[];
  /** Waiting time before the bottleneck. */
  readonly queueMs: readonly number[];
  /** In thousands of bytes read so far, for each connection. */
  readonly kilobytes: readonly (readonly number[])[];
}

/** R. Jain, D. Chiu, W. Hawe: A Quantitative Measure of Fairness, DEC-TR-301, 1984. */
export function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : sum ** 2 / (values.length * squares);
}
