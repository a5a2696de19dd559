/**
 * What the receive window is tuned by, all Float64 and all guarded by the receive lock. Moments and
 * durations in microseconds of the endpoint's clock.
 */
import { guardedBy } from './words.js';

export const tuningDeclarations = guardedBy('receive lock', {
  windowBytes: 'bytes the peer may have under way, as far as tuning has come',
  gapBytes: 'most bytes that have waited behind a segment that was missing',
  largestPayload: 'payload of the largest segment of this round and the one before, or the usual',
  largestNow: 'the same of this round alone',
  roundTrip: 'how long a round trip takes, or a little more; 0 before the first measurement',
  measureEdge: 'segment whose arrival ends the measurement of a round trip',
  measureBeganAt: 'when that segment became the first beyond the window; 0 before',
  roundBeganAt: 'when the round of counting began; 0 before the first',
  roundBeganWith: 'bytes the application had read by then',
  roundBytes: 'bytes it read in the round before',
});
