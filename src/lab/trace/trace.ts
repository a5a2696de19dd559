/**
 * What happened in one run, step by step, as plain data.
 */
export interface TraceEvent {
  /** The position in the schedule, from 0; absent for what is no scheduling point. */
  readonly step?: number;
  /** The thread, by its position in `Trace.threads`. */
  readonly thread: number;
  /** The operation, for example `compareExchange`, `read` (plain), `wakes`. */
  readonly operation: string;
  /** The word or range, by its declared name. */
  readonly word: string;
  /** What came of it, for example `0 → 1` or `reads 1`. */
  readonly effect: string;
  /** `file:line:column` of the program's code. */
  readonly source?: string;
  /** Whether another thread was interrupted for this step although it could have gone on. */
  readonly preempts: boolean;
}

export interface Trace {
  readonly program: string;
  readonly threads: readonly string[];
  readonly events: readonly TraceEvent[];
  /** How it ended: the failure, or the outcome. */
  readonly ending: string;
}
