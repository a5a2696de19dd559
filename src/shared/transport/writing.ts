/**
 * The application's end of the send side: bytes go in, the stream is ended. Never blocks but for a
 * lock; whoever wants to wait for room does it on the condition `sendChanged`.
 */
import { SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { Integrity } from '../wire/segment.js';
import type { Life } from './life.js';
import type { Output } from './output.js';
import type { ReceiveWindow } from './receive-window.js';
import { SendFilling } from './send-filling.js';
import type { SendWindow } from './send-window.js';
import type { TransportSettings } from './settings.js';
import type { Timeouts } from './timeouts.js';

type WhenWritten = (held: SendLock, nowMicros: number) => void;

export class Writing {
  readonly #filling: SendFilling;
  readonly #armTimers: WhenWritten = (held, nowMicros) => {
    this.output.armTimers(held, nowMicros);
  };

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly incoming: ReceiveWindow,
    private readonly output: Output,
    private readonly timeouts: Timeouts,
    private readonly life: Life,
    settings: TransportSettings,
  ) {
    const sums = settings.integrity !== Integrity.none;
    this.#filling = new SendFilling(memory, window, sums, settings);
  }

  /**
   * Bytes taken from `bytes[from, to)`: as many as there is room for, maybe 0. `then` runs under the
   * lock that hands them over, instead of arming the timers for them.
   */
  write(
    bytes: Uint8Array,
    from: number,
    to: number,
    nowMicros: number,
    then: WhenWritten = this.#armTimers,
  ): number {
    const { sendMutex } = this.memory;
    const count = sendMutex.hold((held) =>
      this.#mayWrite(held) ? this.#filling.reserve(held, to - from) : 0,
    );
    if (count === 0) return 0;
    this.#filling.copy(bytes, from, count);
    sendMutex.hold((held) => {
      this.#filling.commit(held, nowMicros);
      then(held, nowMicros);
      this.timeouts.wakeTimerIfLate(held);
    });
    return count;
  }

  /** Room for at least one more byte, or no use in waiting for it. */
  hasRoom(held: SendLock): boolean {
    return this.#filling.makeRoom(held) || !this.#mayWrite(held);
  }

  /** No more bytes will come: queues the FIN. Again is harmless. */
  end(nowMicros: number): void {
    this.memory.sendMutex.hold((held) => {
      if (!this.#mayWrite(held)) return;
      // The listener publishes the peer's FIN before it notes the event, and who has read the end of
      // the stream may be here in between: that is a close after the peer's, not a simultaneous one.
      if (this.#peerHasFinished()) this.life.on(held, 'finReceived', nowMicros);
      this.window.queueFin(held);
      this.life.on(held, 'finSent', nowMicros);
    });
  }

  #peerHasFinished(): boolean {
    return this.memory.receiveMutex.hold((receive) => this.incoming.isComplete(receive));
  }

  #mayWrite(held: SendLock): boolean {
    return !this.life.isClosed(held) && this.memory.send[SendWord.finQueued] === 0;
  }
}
