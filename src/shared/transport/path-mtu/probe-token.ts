/**
 * The token of a probe of the path: its size, so that also a late answer says what got through. Any
 * thread.
 */
import { type Segment, TokenKind } from '../../wire/segment.js';

const TOKEN_BYTES = 2;

/** Makes the segment a challenge of `datagramBytes`. */
export function putProbeToken(segment: Segment, datagramBytes: number): void {
  segment.tokenKind = TokenKind.challenge;
  segment.tokenBytes = TOKEN_BYTES;
  segment.token[0] = datagramBytes >> 8;
  segment.token[1] = datagramBytes;
}

/** The size that a response speaks of; 0 if it answers something else. */
export function probeBytesIn({ token, tokenBytes }: Segment): number {
  return tokenBytes === TOKEN_BYTES ? (token[0] << 8) | token[1] : 0;
}
