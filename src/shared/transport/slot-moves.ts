/**
 * Slots move to the new half of a ring that doubles. What they hold stays as it is; only the places
 * change, by which nobody may know them meanwhile: both rings move slots under their lock, and what
 * is looked at without it does not move (receive-window.ts).
 */
import type { ConnectionMemory, ReceiveLock, SendLock } from '../memory/connection-memory.js';
import { SendWord } from '../memory/layout.js';
import type { SlotRange } from './ring.js';
import { FIN_BIT, SlotState } from './slot-states.js';

/** Slots of the lists, of which each is the first, the last, or a neighbour of another. */
const LIST_ENDS = [
  SendWord.inFlightFirst,
  SendWord.inFlightLast,
  SendWord.lostFirst,
  SendWord.lostLast,
] as const;

/** Each slot of the range to the one `by` further on. */
export function moveSendSlots(
  memory: ConnectionMemory,
  held: SendLock,
  { from, to }: SlotRange,
  by: number,
): void {
  if (from === to) return;
  const { sendSlotEntries, slotLength, slotState, offsets } = memory;
  for (const entries of sendSlotEntries) entries.copyWithin(from + by, from, to);
  for (let slot = from; slot < to; slot++) {
    if (slotState[slot] === SlotState.acknowledged) continue;
    const length = slotLength[slot] & ~FIN_BIT;
    movePayload(memory, offsets.sendPayload, slot, by, length);
  }
  relink(memory, held, { from, to }, by);
  slotState.fill(SlotState.free, from, to);
}

/** Wherever one of these slots is named, it is the one `by` further on. */
function relink(memory: ConnectionMemory, _held: SendLock, { from, to }: SlotRange, by: number) {
  const { send, slotPrevious, slotFollowing } = memory;
  const renamed = (slot: number) => (slot >= from && slot < to ? slot + by : slot);
  for (const word of LIST_ENDS) send[word] = renamed(send[word]);
  for (let slot = 0; slot < to + by; slot++) {
    slotPrevious[slot] = renamed(slotPrevious[slot]);
    slotFollowing[slot] = renamed(slotFollowing[slot]);
  }
}

/** The same for what has arrived. */
export function moveReceiveSlots(
  memory: ConnectionMemory,
  _held: ReceiveLock,
  { from, to }: SlotRange,
  by: number,
): void {
  const { receivedLength, offsets } = memory;
  for (let slot = from; slot < to; slot++) {
    const length = receivedLength[slot];
    if (length === 0) continue;
    movePayload(memory, offsets.receivePayload, slot, by, length - 1);
    receivedLength[slot + by] = length;
    receivedLength[slot] = 0;
  }
}

function movePayload(
  { copier, bytes, geometry: { slotBytes } }: ConnectionMemory,
  ring: number,
  slot: number,
  by: number,
  length: number,
): void {
  const at = ring + slot * slotBytes;
  copier.copy(bytes, at, length, bytes, at + by * slotBytes);
}
