/**
 * How a ring of slots changes its size while it is in use. Segment n lies in slot n mod slots. Of the
 * segments in a ring only those whose n div slots is odd would have to move when it doubles, or would
 * have been elsewhere in one of half the size: where all lie in one even stretch none does, and in a
 * ring that is used that comes round by itself. Pure functions, any thread.
 *
 * ```
 *   slots 4:   │ 0 1 2 3 │ 4 5 6 7 │ 8 9 10 11 │ …      doubles while it holds none of 4–7, 12–15, …
 * ```
 */
import { distance, type SegmentNumber } from '../wire/serial.js';

/** Whether the segments [first, end) have the same places in a ring of `slots` and one of twice that. */
export function isPlacedAlike(first: SegmentNumber, end: SegmentNumber, slots: number): boolean {
  const within = first & (2 * slots - 1);
  return within + distance(end, first) <= slots;
}

/** Segments from `next` on that a ring of `slots` takes before it may double, if it waits for that. */
export function leftOfStretch(next: SegmentNumber, slots: number): number {
  const within = next & (2 * slots - 1);
  return within < slots ? slots - within : Infinity;
}
