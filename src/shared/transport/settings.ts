/**
 * What an endpoint is told once, at its start: plain numbers that every thread gets a copy of.
 * Validated at the edge, so the transport takes them as they are.
 */
import { Integrity } from '../wire/segment.js';
import type { CongestionName } from './congestion/choice.js';

export interface TransportSettings {
  /** Which algorithm of congestion control; `none` is for paths that are known to bear everything. */
  readonly congestion: CongestionName;
  /** The receive window told to the peer, in segments; at most the receive slots. */
  readonly windowSegments: number;
  /** The window begins with so many, and grows as the application keeps up, if that is less. */
  readonly initialWindowSegments: number;
  /** Bytes received and not yet read, at the most: also the larger the segments, the fewer. */
  readonly receiveBytes: number;
  /** Bytes written and not yet acknowledged, at the most, however many slots there are. */
  readonly sendBytes: number;
  /** It begins with so many, and grows with the congestion window, if that is less. */
  readonly initialSendBytes: number;
  /** And not in more segments than this, which are small before it is known what the path carries. */
  readonly initialSendSegments: number;
  /** Segments that may be in flight whatever the peer allows; 1 is stop-and-wait. */
  readonly maximumInFlight: number;
  /** The largest datagram that we take, and that we ever send, in bytes of UDP payload. */
  readonly maximumDatagramBytes: number;
  /** The size to begin with; below the maximum, larger ones are looked for (RFC 8899). */
  readonly initialDatagramBytes: number;
  /** In-order segments after which an acknowledgment is not delayed any longer. */
  readonly acknowledgeEvery: number;
  /** Longest delay of an acknowledgment (RFC 9293 §3.8.6.3 allows 500 ms). */
  readonly acknowledgmentDelayMicros: number;
  /** Nagle (RFC 896): a partial segment waits while anything is in flight. */
  readonly nagle: boolean;
  /** How long a partial segment waits for more bytes even if nothing is in flight. */
  readonly holdMicros: number;
  /**
   * Find out that the peer is there before any data is sent: one small datagram at the start instead
   * of full ones that may meet a closed port. Otherwise the opening rides on the first data.
   */
  readonly greet: boolean;
  /** Repeat the greeting until it is answered, also with nothing to send. */
  readonly insist: boolean;
  /**
   * The peer's address may be forged: until it has used our ID it gets no data, and no more than two
   * short datagrams for each of its own (RFC 9000 §8.1 allows three times the bytes).
   */
  readonly awaitsValidation: boolean;
  /** RTO before the first RTT sample. RFC 6298 §2.1: 1 s. */
  readonly initialTimeoutMicros: number;
  /** Bounds of the RTO. */
  readonly minimumTimeoutMicros: number;
  readonly maximumTimeoutMicros: number;
  /** While nobody has answered yet, the time-out backs off no further than this. */
  readonly openingTimeoutLimitMicros: number;
  /** The peer must have been heard of by then. */
  readonly connectTimeoutMicros: number;
  /** A peer not heard of for so long is given up. */
  readonly idleTimeoutMicros: number;
  /** Silence after which the peer is asked whether it lives; 0: never, by default a third of that. */
  readonly keepAliveMicros?: number;
  /** How long a repeated FIN is answered. */
  readonly timeWaitMicros: number;
  /** Add to the endpoint's clock, in microseconds, to get the wall clock. */
  readonly wallClockOffsetMicros: number;
  /** What we offer; the peer must say none too for there to be none. */
  readonly integrity: Integrity;
  /** Number of the first segment in both directions; anything but 0 is for tests of wrap-around. */
  readonly initialSegment: number;
}

export const defaultSettings: Omit<TransportSettings, 'wallClockOffsetMicros'> = {
  congestion: 'none',
  windowSegments: 1024,
  initialWindowSegments: Infinity,
  receiveBytes: Infinity,
  sendBytes: Infinity,
  initialSendBytes: Infinity,
  initialSendSegments: Infinity,
  maximumInFlight: 0x3fffffff,
  maximumDatagramBytes: 1472,
  initialDatagramBytes: 1472,
  acknowledgeEvery: 64,
  acknowledgmentDelayMicros: 25_000,
  nagle: true,
  holdMicros: 0,
  greet: false,
  insist: false,
  awaitsValidation: false,
  initialTimeoutMicros: 1_000_000,
  minimumTimeoutMicros: 200_000,
  maximumTimeoutMicros: 60_000_000,
  openingTimeoutLimitMicros: 2_000_000,
  connectTimeoutMicros: 30_000_000,
  idleTimeoutMicros: 30_000_000,
  timeWaitMicros: 2_000_000,
  integrity: Integrity.crc32,
  initialSegment: 0,
};

/** Segments that may be sent before the peer is known (docs/wire-format.md, "Opening"). */
export const EARLY_SEGMENTS = 64;
/** An opening sent longer ago than this may be of an earlier run and has to prove itself. */
export const FRESH_MILLIS = 250;
/** Resets to strangers are at least this far apart. */
export const STRANGER_INTERVAL_MICROS = 100_000;
