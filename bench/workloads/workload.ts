/** A workload: what opener and accepter do over a stream, and what each of them reports. */
import type { ContestStream } from '../streams/contest-stream.js';

export interface WorkloadOutcome {
  /** Bytes or rounds in the timed part. */
  readonly count: number;
  /** Of the timed part, all threads together. */
  readonly cpuSeconds: number;
  /** Hash of the bytes that were sent or received; both sides must have the same. */
  readonly sha256: string;
}

export interface OpenerOutcome extends WorkloadOutcome {
  readonly seconds: number;
  /** Of each round, sorted; only where there are rounds. */
  readonly latencies?: { readonly p50Micros: number; readonly p99Micros: number };
}

export interface Workload {
  /** @param seconds how long the timed part should take */
  open(stream: ContestStream, seconds: number): Promise<OpenerOutcome>;
  accept(stream: ContestStream): Promise<WorkloadOutcome>;
}
