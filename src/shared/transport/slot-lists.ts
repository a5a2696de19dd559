/**
 * Two doubly linked lists through the send slots, guarded by the send lock: the slots in flight in
 * the order of their last transmission (so that loss detection looks only at the oldest), and the
 * slots found lost, in the order in which they are to be sent again. A slot is in one of them at most.
 */
import { SendWord } from '../memory/layout.js';
import { type ConnectionMemory, NONE, type SendLock } from '../memory/connection-memory.js';

export class SlotList {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly firstWord: number,
    private readonly lastWord: number,
    private readonly countWord: number,
  ) {}

  /** Empties the list: a zeroed word would point at slot 0. */
  initialize(): void {
    this.memory.send[this.firstWord] = NONE;
    this.memory.send[this.lastWord] = NONE;
    this.memory.send[this.countWord] = 0;
  }

  first(_held: SendLock): number {
    return this.memory.send[this.firstWord];
  }

  last(_held: SendLock): number {
    return this.memory.send[this.lastWord];
  }

  count(_held: SendLock): number {
    return this.memory.send[this.countWord];
  }

  following(_held: SendLock, slot: number): number {
    return this.memory.slotFollowing[slot];
  }

  append(_held: SendLock, slot: number): void {
    const { send, slotPrevious, slotFollowing } = this.memory;
    const last = send[this.lastWord];
    slotPrevious[slot] = last;
    slotFollowing[slot] = NONE;
    if (last === NONE) send[this.firstWord] = slot;
    else slotFollowing[last] = slot;
    send[this.lastWord] = slot;
    send[this.countWord] += 1;
  }

  remove(_held: SendLock, slot: number): void {
    const { send, slotPrevious, slotFollowing } = this.memory;
    const previous = slotPrevious[slot];
    const following = slotFollowing[slot];
    if (previous === NONE) send[this.firstWord] = following;
    else slotFollowing[previous] = following;
    if (following === NONE) send[this.lastWord] = previous;
    else slotPrevious[following] = previous;
    send[this.countWord] -= 1;
  }
}

export function inFlightList(memory: ConnectionMemory): SlotList {
  return new SlotList(
    memory,
    SendWord.inFlightFirst,
    SendWord.inFlightLast,
    SendWord.inFlightCount,
  );
}

export function lostList(memory: ConnectionMemory): SlotList {
  return new SlotList(memory, SendWord.lostFirst, SendWord.lostLast, SendWord.lostCount);
}
