/**
 * Segment numbers: 32-bit serial numbers that wrap (RFC 1982), and their truncation on the wire
 * (in the manner of RFC 9000 §17.1 and appendix A).
 *
 * A number is kept as a signed 32-bit integer (`| 0`), the form in which it also lies in shared
 * memory. Two numbers compare correctly while they are less than 2^31 apart. Pure functions, any
 * thread.
 */

declare const brand: unique symbol;

/** The number of one segment in one direction of a connection, as a signed 32-bit integer. */
export type SegmentNumber = number & { readonly [brand]: 'SegmentNumber' };

/** How many low bytes of a segment number the wire carries. */
export type NumberBytes = 1 | 2 | 3 | 4;

/** The first segment of either direction. */
export const FIRST_SEGMENT = 0 as SegmentNumber;

/** Any integer, taken modulo 2^32. */
export function segmentNumber(value: number): SegmentNumber {
  return (value | 0) as SegmentNumber;
}

/** How many segments `a` is ahead of `b`; negative when it is behind. In [-2^31, 2^31). */
export function distance(a: SegmentNumber, b: SegmentNumber): number {
  return (a - b) | 0;
}

export function isBefore(a: SegmentNumber, b: SegmentNumber): boolean {
  return ((a - b) | 0) < 0;
}

/** The number `by` segments further on; `by` may be negative. */
export function advance(number: SegmentNumber, by: number): SegmentNumber {
  return ((number + by) | 0) as SegmentNumber;
}

/** The low `bytes` bytes, as an unsigned integer. */
export function truncate(number: SegmentNumber, bytes: NumberBytes): number {
  const unused = 32 - 8 * bytes;
  return (number << unused) >>> unused;
}

/**
 * The number in [reference - 2^(8·bytes-1), reference + 2^(8·bytes-1)) whose low bytes are
 * `truncated`.
 */
export function expand(
  truncated: number,
  bytes: NumberBytes,
  reference: SegmentNumber,
): SegmentNumber {
  const unused = 32 - 8 * bytes;
  const ahead = ((truncated - reference) << unused) >> unused;
  return advance(reference, ahead);
}

/** The fewest bytes that tell apart numbers up to `span` either side of a reference. */
export function bytesNeeded(span: number): NumberBytes {
  if (span < 0x80) return 1;
  if (span < 0x8000) return 2;
  return span < 0x800000 ? 3 : 4;
}
