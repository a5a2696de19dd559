/**
 * How a ring of slots changes its size while it is in use. Segment n lies in slot n mod slots. Of the
 * segments in a ring only those whose n div slots is odd have another place in one of twice the size:
 * `slots` further on, in the half that is new. A ring may halve while it holds none of what would be
 * such in the smaller one, and in a ring that is used that comes round by itself. Pure functions, any
 * thread.
 *
 * ```
 *   slots 4:   │ 0 1 2 3 │ 4 5 6 7 │ 8 9 10 11 │ …      when it doubles, 4–7, 12–15, … move
 * ```
 */
import { distance, type SegmentNumber } from '../wire/serial.js';

/** Slots [from, to). */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
}

/** Which slots of a ring of `slots` hold those of the segments [first, end) that move when it doubles. */
export function movingSlots(first: SegmentNumber, end: SegmentNumber, slots: number): SlotRange {
  const within = first & (2 * slots - 1);
  const beyond = within + distance(end, first);
  if (within < slots) return { from: 0, to: Math.max(0, beyond - slots) };
  return { from: within - slots, to: Math.min(beyond - slots, slots) };
}

/** Whether the segments [first, end) have the same places in a ring of `slots` and one of twice that. */
export function isPlacedAlike(first: SegmentNumber, end: SegmentNumber, slots: number): boolean {
  if (distance(end, first) > slots) return false;
  const { from, to } = movingSlots(first, end, slots);
  return from === to;
}
