/** One side of a connection of the network in memory; see fake-endpoint.ts. */
import { type ErrorCode, HawserError } from '#hawser/shared/errors.js';
import type { TransportStatistics } from '#hawser/shared/memory/statistics.js';
import type { SocketAddress } from '#hawser/shared/net/datagram-port.js';
import type { AsyncConnection, ConnectionOptions } from '#hawser/main/api/async-connection.js';

export class FakeConnection implements AsyncConnection {
  onNews: () => void = () => undefined;
  isOpen = false;
  isReleased = false;
  isRefed = true;
  isEndAcknowledged = false;
  noDelay: boolean;
  keepAliveMs: number;
  /** Bytes written before the peer had answered. */
  earlyBytes = 0;
  /** Whether what is written, and the end, reaches the peer. */
  delivers = true;
  #peer: FakeConnection | undefined;
  #failure: HawserError | undefined;
  #inbox = Buffer.alloc(0);
  #outbox = Buffer.alloc(0);
  #hasEnded = false;
  #peerHasEnded = false;

  constructor(
    readonly localAddress: SocketAddress,
    /** It may move. */
    public remoteAddress: SocketAddress,
    readonly options: ConnectionOptions,
    private readonly onRelease: () => void,
  ) {
    this.noDelay = options.noDelay;
    this.keepAliveMs = options.keepAliveMs;
  }

  /** From here on each hears the other. */
  static join(one: FakeConnection, other: FakeConnection): void {
    one.#peer = other;
    other.#peer = one;
    for (const side of [one, other]) {
      side.isOpen = true;
      side.#tell();
      side.#carry();
    }
  }

  get isClosed(): boolean {
    return this.#failure !== undefined || (this.isEndAcknowledged && this.atEnd);
  }

  get atEnd(): boolean {
    return this.#peerHasEnded && this.#inbox.length === 0;
  }

  get isComplete(): boolean {
    return this.#peerHasEnded && !this.isReleased;
  }

  get unacknowledgedBytes(): number {
    return this.#outbox.length;
  }

  failure(): HawserError | undefined {
    return this.#failure;
  }

  fail(code: ErrorCode, message: string): void {
    this.#failure ??= new HawserError(code, message);
    this.#tell();
  }

  readableBytes(): number {
    return this.#failure === undefined || this.isComplete ? this.#inbox.length : 0;
  }

  read(target: Uint8Array, from: number, to: number): number {
    const count = Math.min(to - from, this.#inbox.length);
    target.set(this.#inbox.subarray(0, count), from);
    this.#inbox = this.#inbox.subarray(count);
    const peer = this.#peer;
    if (peer !== undefined) peer.#carry();
    return count;
  }

  write(bytes: Uint8Array, from: number, to: number): number {
    const room = this.options.sendBufferBytes - this.#outbox.length;
    const count = Math.min(to - from, room);
    if (!this.isOpen) this.earlyBytes += count;
    this.#outbox = Buffer.concat([this.#outbox, bytes.subarray(from, from + count)]);
    this.#carry();
    return count;
  }

  end(): void {
    this.#hasEnded = true;
    this.#carry();
  }

  abort(): void {
    if (this.isClosed) return;
    this.fail('ERR_HAWSER_CLOSED', 'aborted by us');
    const peer = this.#peer;
    setImmediate(() => {
      if (peer?.isClosed === false) peer.fail('ERR_HAWSER_RESET_BY_PEER', 'the peer has reset it');
    });
  }

  setNoDelay(noDelay: boolean): void {
    this.noDelay = noDelay;
  }

  setKeepAlive(afterMs: number): void {
    this.keepAliveMs = afterMs;
  }

  statistics(): TransportStatistics {
    const nothing = new Proxy({}, { get: () => 0 });
    return nothing as TransportStatistics;
  }

  ref(): void {
    this.isRefed = true;
  }

  unref(): void {
    this.isRefed = false;
  }

  release(): void {
    if (this.isReleased) throw new Error('released twice');
    this.abort();
    this.isReleased = true;
    this.onRelease();
  }

  #tell(): void {
    if (!this.isReleased)
      setImmediate(() => {
        this.onNews();
      });
  }

  /** What fits into the peer's buffer, and the end behind the last byte, goes over. */
  #carry(): void {
    setImmediate(() => {
      const peer = this.#peer;
      if (peer === undefined || !this.delivers || this.isClosed) return;
      const room = peer.options.receiveBufferBytes - peer.#inbox.length;
      peer.#inbox = Buffer.concat([peer.#inbox, this.#outbox.subarray(0, room)]);
      this.#outbox = this.#outbox.subarray(room);
      if (this.#hasEnded && this.#outbox.length === 0) {
        peer.#peerHasEnded = true;
        this.isEndAcknowledged = true;
      }
      peer.#tell();
      this.#tell();
    });
  }
}
