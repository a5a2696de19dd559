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
  roundPressed: '1 if the peer has nearly come to the edge told, in this round',
  roundTrip: 'how long a round trip takes, or a little more; 0 before the first measurement',
  measureEdge: 'edge of the window told by then, beyond which a segment ends the measurement',
  measureBeganAt: 'when the measurement of a round trip began; 0 before the first',
  roundBeganAt: 'when the round of counting began; 0 before the first',
  roundBeganWith: 'bytes by then that did not wait for the reader',
  roundBeganAbove: 'the highest segment received by then',
  roundBytes: 'such bytes of the round before',
});
