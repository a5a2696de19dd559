/** What a simulation is to play: plain data, drawn from a seed by whoever wants many of them. */
import type { ErrorCode } from '../errors.js';
import type { Geometry } from '../memory/layout.js';
import type { TransportSettings } from '../transport/settings.js';
import type { Pace } from './applications.js';
import type { LinkConditions } from './link-conditions.js';

/** One thing an application does; the steps of a script are done one after the other. */
export type Step =
  | { readonly do: 'write'; readonly bytes: number }
  /** Reads until so many bytes of the life of this endpoint were read, or to the end. */
  | { readonly do: 'read'; readonly bytes: number }
  | { readonly do: 'pause'; readonly micros: number }
  | { readonly do: 'end' };

export type Script = readonly Step[];

/** One process from start to exit. */
export interface LifePlan {
  readonly settings: Omit<TransportSettings, 'wallClockOffsetMicros'>;
  readonly geometry: Geometry;
  /** Pause before it starts: after the beginning, or after the end of its predecessor. */
  readonly startAfterMicros: number;
  /** Run at the same time. When all are done the endpoint is closed. */
  readonly scripts: readonly Script[];
  readonly writePace: Pace;
  readonly readPace: Pace;
  /** The application gives up with this code after so long. */
  readonly fails?: { readonly afterMicros: number; readonly code: ErrorCode };
  /** The process is killed after so long: nothing is sent any more, nothing is said. */
  readonly killedAfterMicros?: number;
  /** When it finds its peer at another host. */
  readonly peerMovesAfterMicros?: readonly number[];
  /** Where its monotonic clock starts. */
  readonly clockOriginMicros: number;
  /** How wrong its wall clock is. */
  readonly wallClockErrorMicros: number;
  readonly wakeLatencyMicros: number;
  readonly sendIntervalMicros: number;
}

export type Side = 0 | 1;

export interface SimulationPlan {
  readonly seed: number;
  /** The processes at each of the two addresses, one after the other. */
  readonly lives: readonly [readonly LifePlan[], readonly LifePlan[]];
  /** The network from side 0 to side 1, and back. */
  readonly links: readonly [LinkConditions, LinkConditions];
  /** When it must be over, in virtual time, and after how many events. */
  readonly limitMicros: number;
  readonly limitEvents: number;
}
