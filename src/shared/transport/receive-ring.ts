/**
 * Fits the receive ring to the window that is worth advertising. Listener's thread, after a batch is
 * published; needs the receive lock.
 */
import type { ConnectionMemory, ReceiveLock } from '../memory/connection-memory.js';
import { ReceiveWord } from '../memory/layout.js';
import { segmentNumber } from '../wire/serial.js';
import type { ReceiveWindow } from './receive-window.js';
import type { WindowTuning } from './window-tuning.js';

/** A ring with so many times the slots that are wanted is too large. */
const TOO_LARGE = 3;

export class ReceiveRing {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: ReceiveWindow,
    private readonly tuning: WindowTuning,
  ) {}

  /** True if the ring has another size now: parts of segments that lie in it are in the wrong place. */
  fit(held: ReceiveLock): boolean {
    const { firstReceiveSlots, receiveSlots } = this.memory.geometry;
    if (firstReceiveSlots === receiveSlots) return false;
    const wanted = this.tuning.wantedSlots(held);
    const before = this.window.slots;
    while (this.window.slots < wanted && this.window.double(held));
    const promised = segmentNumber(this.memory.receive[ReceiveWord.windowEdgeAdvertised]);
    while (this.window.slots >= TOO_LARGE * wanted && this.window.halve(held, promised));
    return this.window.slots !== before;
  }
}
