/**
 * What the application may change while the connection lives. Any thread; takes the send lock.
 */
import { SendTime, SendWord } from '../memory/layout.js';
import type { ConnectionMemory } from '../memory/connection-memory.js';
import type { Life } from './life.js';
import { keepAliveAt, type Timeouts } from './timeouts.js';
import { Timer } from './timers.js';

export class Tuning {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly timeouts: Timeouts,
    private readonly life: Life,
  ) {}

  /** Nagle (RFC 896) off or on; what waits goes with the next output. */
  setNoDelay(noDelay: boolean): void {
    this.memory.sendMutex.hold(() => {
      this.memory.send[SendWord.noDelay] = noDelay ? 1 : 0;
    });
  }

  /** How long the peer may be silent before it is asked whether it lives; 0 for ever. */
  setKeepAlive(afterMicros: number, nowMicros: number): void {
    const { sendMutex, sendTimes, deadlines, send } = this.memory;
    sendMutex.hold((held) => {
      sendTimes[SendTime.keepAliveAfter] = afterMicros;
      if (this.life.isClosed(held) || send[SendWord.peerConnectionId] === 0) return;
      deadlines[Timer.keepAlive] = keepAliveAt(sendTimes, nowMicros);
      this.timeouts.wakeTimerIfLate(held);
    });
  }
}
