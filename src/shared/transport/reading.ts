/**
 * The application's end of the receive side: bytes come out, in order. Never blocks but for a lock;
 * whoever wants to wait does it on the condition `receiveChanged`.
 */
import { ReceiveCounter, ReceiveWord } from '../memory/layout.js';
import type { ConnectionMemory, ReceiveLock } from '../memory/connection-memory.js';
import type { Acknowledgments } from './acknowledgments.js';
import type { ReceiveWindow } from './receive-window.js';

export class Reading {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: ReceiveWindow,
    private readonly acknowledgments: Acknowledgments,
  ) {}

  /** Something to read, maybe only the end of the stream. */
  isReady(held: ReceiveLock): boolean {
    return this.hasUnread(held) || this.window.isReadToTheEnd(held);
  }

  /** At least one segment to read, maybe one without bytes. */
  hasUnread(_held: ReceiveLock): boolean {
    const proved = this.memory.receive[ReceiveWord.deliverable] === 1;
    return proved && this.window.receiveNext() !== this.window.readNext();
  }

  /** Nothing is missing: what is not read yet is here, and so is the end behind it. */
  isComplete(held: ReceiveLock): boolean {
    return this.memory.receive[ReceiveWord.deliverable] === 1 && this.window.isComplete(held);
  }

  /** All bytes were read and the peer has ended its stream. */
  atEnd(held: ReceiveLock): boolean {
    return this.window.isReadToTheEnd(held);
  }

  /** Bytes that `read` could return now; of more than `most`, `most`. Only when `isReady`. */
  readableBytes(most = Infinity): number {
    return this.window.readableBytes(most);
  }

  /**
   * Copies the next bytes into `target[from, to)`, at most what is readable. True if the peer's
   * window was small and should now be told to have grown.
   */
  read(target: Uint8Array, from: number, to: number): boolean {
    const finished = this.window.read(target, from, to);
    return this.memory.receiveMutex.hold((held) => {
      this.window.release(held, finished);
      this.memory.receiveCounters[ReceiveCounter.payloadBytesDelivered] += to - from;
      return this.acknowledgments.noteRead(held, this.window.freeSlots(held));
    });
  }
}
