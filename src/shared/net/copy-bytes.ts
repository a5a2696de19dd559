/**
 * Copies between typed arrays the way V8 is quick at: a short piece byte by byte (creating a view
 * costs more than the copy), a long one with `set` and, if possible, between places that are
 * congruent modulo 8. Any thread; no lock.
 */

const SHORT_BYTES = 64;

export function copyBytes(
  from: Uint8Array,
  fromStart: number,
  to: Uint8Array,
  toStart: number,
  length: number,
): void {
  if (length > SHORT_BYTES) {
    to.set(from.subarray(fromStart, fromStart + length), toStart);
    return;
  }
  for (let at = 0; at < length; at++) to[toStart + at] = from[fromStart + at];
}

/**
 * The first place at or after `cursor` where a datagram can begin so that its payload, which
 * follows `headerLength` bytes later, lies congruent modulo 8 with `payloadOffset`: a copy from
 * shared memory is several times slower otherwise.
 */
export function congruentStart(
  cursor: number,
  headerLength: number,
  payloadOffset: number,
): number {
  return cursor + ((payloadOffset - headerLength - cursor) & 7);
}
