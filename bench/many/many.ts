/**
 * Many connections between two processes. The dialing side opens them and asks, the other side
 * answers with bytes; so data flows towards who dialed, which is the direction in which TCP of Node
 * is at its best.
 */
import type { ContestStream, Side } from '../streams/contest-stream.js';

export type ManyWorkloadName = 'at-once' | 'opening';

export interface ManyTask extends Side {
  readonly contender: string;
  readonly workload: ManyWorkloadName;
  /** At the same time, besides the first, which carries what the two sides have to say. */
  readonly connections: number;
  readonly seconds: number;
}

/** The side that dials. */
export interface Dialer {
  /** Resolves as soon as it can be written to. */
  open(): Promise<ContestStream>;
  close(): Promise<void>;
}

/** How a contender carries many connections. */
export interface Many {
  dial(task: ManyTask): Promise<Dialer>;
  /** Hands over each connection as it comes. Resolves as soon as they may come. */
  serve(task: ManyTask, onStream: (stream: ContestStream) => void): Promise<void>;
}
