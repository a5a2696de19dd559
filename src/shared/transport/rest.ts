/**
 * A connection on which nothing happens needs no memory for its slots: zero is what free and empty
 * ones are, so their pages may go back to the system. On the first byte they are there again.
 *
 * The listener hears the peer and sets a timer; the timer finds that it has been quiet since, and
 * asks the listener, for that alone may place payloads without a lock; the listener, between two
 * batches and with both locks held, looks whether anything is in a slot, and gives the pages back.
 */
import type { ConnectionMemory, ReceiveLock, SendLock } from '../memory/connection-memory.js';
import { SendTime, SendWord } from '../memory/layout.js';
import type { ReceiveWindow } from './receive-window.js';
import { type SendWindow } from './send-window.js';
import { SlotState } from './slot-states.js';
import { Timer } from './timers.js';

/** So long nothing must have been heard: longer than a round trip, much longer than a fault takes. */
export const QUIET_MICROS = 1e6;
/** What is not read or not acknowledged for long is looked at again after this. */
const BUSY_MICROS = 10e6;

export class Rest {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly sendWindow: SendWindow,
    private readonly receiveWindow: ReceiveWindow,
  ) {}

  /** Listener: the peer was heard. */
  heard(_held: SendLock, nowMicros: number): void {
    const { deadlines, pageReturn } = this.memory;
    if (pageReturn === undefined || deadlines[Timer.rest] < Infinity) return;
    deadlines[Timer.rest] = nowMicros + QUIET_MICROS;
  }

  /** Timer: the deadline is not moved at each arrival, so here is where it learns of them. */
  onTimer(held: SendLock, nowMicros: number): void {
    if (!this.#isQuiet(held, nowMicros)) return;
    Atomics.store(this.memory.send, SendWord.restWanted, 1);
    this.memory.callListener.ring();
  }

  /** Listener, with nothing staged. True if the pages were given back. */
  run(nowMicros: number): boolean {
    const { send, sendMutex, receiveMutex } = this.memory;
    if (Atomics.load(send, SendWord.restWanted) === 0) return false;
    Atomics.store(send, SendWord.restWanted, 0);
    return sendMutex.hold((held) =>
      receiveMutex.hold((receive) => this.#giveBack(held, receive, nowMicros)),
    );
  }

  #giveBack(held: SendLock, receive: ReceiveLock, nowMicros: number): boolean {
    const { memory } = this;
    if (!this.#isQuiet(held, nowMicros)) return false;
    if (!this.#nothingToSend(held) || !this.#nothingToRead(receive)) {
      memory.deadlines[Timer.rest] = nowMicros + BUSY_MICROS;
      return false;
    }
    memory.pageReturn?.zero(memory.bytes, memory.offsets.slotState, memory.bytes.length);
    return true;
  }

  #isQuiet(_held: SendLock, nowMicros: number): boolean {
    const { deadlines, sendTimes } = this.memory;
    const quietAt = sendTimes[SendTime.lastHeardAt] + QUIET_MICROS;
    if (quietAt <= nowMicros) return true;
    deadlines[Timer.rest] = quietAt;
    return false;
  }

  /** Also nobody fills a slot: then the first one is not free. */
  #nothingToSend(held: SendLock): boolean {
    const { slotState } = this.memory;
    const tail = this.sendWindow.tail(held);
    return (
      this.sendWindow.unacknowledged(held) === tail &&
      slotState[this.sendWindow.slotOf(tail)] === SlotState.free
    );
  }

  #nothingToRead(receive: ReceiveLock): boolean {
    const next = this.receiveWindow.receiveNext();
    return this.receiveWindow.readNext() === next && this.receiveWindow.highest(receive) === next;
  }
}
