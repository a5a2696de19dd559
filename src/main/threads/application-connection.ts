/**
 * The application's side of a connection on a thread with an event loop: the transport's own reading
 * and writing, which take locks for a moment and never wait for anything else. Where it finds nothing
 * to do it joins the waiters of the condition, and is then called over the application's roll.
 */
import { nowMicros } from '../../shared/clock.js';
import { failConnection } from '../../shared/endpoint/handle.js';
import type { Berth } from '../../shared/endpoint/berth-cache.js';
import type { ErrorCode, HawserError } from '../../shared/errors.js';
import { failureOf } from '../../shared/memory/failure.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { SendCounter, SendWord } from '../../shared/memory/layout.js';
import { readPeerAddress } from '../../shared/memory/peer-address.js';
import { statisticsOf, type TransportStatistics } from '../../shared/memory/statistics.js';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import { State } from '../../shared/transport/connection-state.js';
import type { AsyncConnection } from '../api/async-connection.js';

/** Of its endpoint. */
export interface Harbour {
  readonly localAddress: SocketAddress;
  /** The application has done with the connection at this place. */
  release(connection: ApplicationConnection): void;
  /** One connection more, or one less, keeps the process alive. */
  onHold(change: 1 | -1): void;
}

export class ApplicationConnection implements AsyncConnection {
  onNews: () => void = () => undefined;
  #holds = false;
  #waitsForBytes = false;
  #waitsForRoom = false;
  #ended = false;
  #released = false;
  #bytesWritten = 0;

  constructor(
    private readonly berth: Berth,
    private readonly harbour: Harbour,
  ) {
    // An opening, an end or a failure call without being waited for; bytes do not.
    this.#waitForBytes();
    this.#hold(true);
  }

  get place(): number {
    return this.berth.place;
  }

  get memory(): ConnectionMemory {
    return this.berth.memory;
  }

  get localAddress(): SocketAddress {
    return this.harbour.localAddress;
  }

  get remoteAddress(): SocketAddress {
    return this.berth.memory.sendMutex.hold(() => readPeerAddress(this.berth.memory));
  }

  get isOpen(): boolean {
    const { send, sendMutex } = this.berth.memory;
    return sendMutex.hold(() => send[SendWord.peerConnectionId] !== 0);
  }

  get isEndAcknowledged(): boolean {
    if (!this.#ended) return false;
    const state = this.#state();
    const orderly = state === State.closed && this.failure() === undefined;
    return orderly || state === State.finWait2 || state === State.timeWait;
  }

  /** From TIME-WAIT on there is nothing left to do for the application; the threads see to the rest. */
  get isClosed(): boolean {
    const state = this.#state();
    if (state === State.closed || state === State.timeWait) return true;
    // The listener publishes the peer's end a moment before it notes the state.
    return this.isEndAcknowledged && this.atEnd;
  }

  failure(): HawserError | undefined {
    return failureOf(this.berth.memory);
  }

  readableBytes(): number {
    const { memory, connection } = this.berth;
    const ready = memory.receiveMutex.hold((held) => connection.reading.hasUnread(held));
    const count = ready ? connection.reading.readableBytes() : 0;
    if (ready && count === 0) this.#skipEmpty();
    if (count === 0) this.#waitForBytes();
    return count;
  }

  read(target: Uint8Array, from: number, to: number): number {
    const { reading } = this.berth.connection;
    const count = Math.min(to - from, this.readableBytes());
    if (count === 0) return 0;
    if (reading.read(target, from, from + count)) this.berth.connection.output(nowMicros());
    return count;
  }

  get isComplete(): boolean {
    if (this.#released) return false;
    const { memory, connection } = this.berth;
    return memory.receiveMutex.hold((held) => connection.reading.isComplete(held));
  }

  get atEnd(): boolean {
    const { memory, connection } = this.berth;
    return memory.receiveMutex.hold((held) => connection.reading.atEnd(held));
  }

  write(bytes: Uint8Array, from: number, to: number): number {
    const { connection } = this.berth;
    const now = nowMicros();
    let at = from;
    // What was left of an open slot may leave a rest for which there is room, too.
    for (let count = -1; at < to && count !== 0; at += count) {
      count = connection.write(bytes, at, to, now);
    }
    this.#bytesWritten += at - from;
    if (at < to) this.#waitForRoom();
    return at - from;
  }

  get unacknowledgedBytes(): number {
    const { memory } = this.berth;
    return memory.sendMutex.hold(
      () => this.#bytesWritten - memory.sendCounters[SendCounter.payloadBytesAcknowledged],
    );
  }

  end(): void {
    this.#ended = true;
    const { connection } = this.berth;
    connection.writing.end(nowMicros());
    connection.output(nowMicros());
  }

  abort(): void {
    this.fail('ERR_HAWSER_CLOSED', 'this connection was ended at once by its own side');
  }

  /** Ends it with an error; the first one stays. The peer is told. */
  fail(code: ErrorCode, text: string): void {
    failConnection(this.berth.memory, code, text);
  }

  setNoDelay(noDelay: boolean): void {
    this.berth.connection.tuning.setNoDelay(noDelay);
    this.berth.connection.output(nowMicros());
  }

  setKeepAlive(afterMs: number): void {
    this.berth.connection.tuning.setKeepAlive(afterMs * 1e3, nowMicros());
  }

  statistics(): TransportStatistics {
    return statisticsOf(this.berth.memory);
  }

  ref(): void {
    this.#hold(true);
  }

  unref(): void {
    this.#hold(false);
  }

  release(): void {
    if (this.#released) return;
    this.#hold(false);
    this.#released = true;
    this.onNews = () => undefined;
    this.#leave();
    if (!this.isClosed) this.abort();
    this.harbour.release(this);
  }

  /** The roll has called: what is waited for may be there. */
  call(): void {
    if (this.#released) return;
    this.#leave();
    if (!this.isClosed) this.#joinForBytes();
    this.onNews();
  }

  #hold(holds: boolean): void {
    if (this.#holds === holds || this.#released) return;
    this.#holds = holds;
    this.harbour.onHold(holds ? 1 : -1);
  }

  /** Joins the waiters; false if there is something already. */
  #joinForBytes(): boolean {
    const { memory, connection } = this.berth;
    this.#waitsForBytes = memory.receiveMutex.hold((held) => {
      if (connection.reading.isReady(held)) return false;
      memory.receiveChanged.join(held);
      return true;
    });
    return this.#waitsForBytes;
  }

  /** Joins the waiters, unless there is something: then the call comes at once. */
  #waitForBytes(): void {
    if (this.#waitsForBytes || this.#released) return;
    if (!this.#joinForBytes() && !this.atEnd) this.berth.memory.callApplication?.ring();
  }

  #waitForRoom(): void {
    if (this.#waitsForRoom || this.#released) return;
    const { memory, connection } = this.berth;
    memory.sendMutex.hold((held) => {
      if (connection.writing.hasRoom(held)) {
        memory.callApplication?.ring();
        return;
      }
      this.#waitsForRoom = true;
      memory.sendChanged.join(held);
    });
  }

  #leave(): void {
    const { memory } = this.berth;
    if (this.#waitsForBytes) {
      memory.receiveMutex.hold((held) => {
        memory.receiveChanged.leave(held);
      });
    }
    if (this.#waitsForRoom) {
      memory.sendMutex.hold((held) => {
        memory.sendChanged.leave(held);
      });
    }
    this.#waitsForBytes = false;
    this.#waitsForRoom = false;
  }

  /** Segments without bytes, a FIN by itself, are read like others. */
  #skipEmpty(): void {
    this.berth.connection.reading.read(new Uint8Array(0), 0, 0);
  }

  #state(): State {
    return Atomics.load(this.berth.memory.send, SendWord.state) as State;
  }
}
