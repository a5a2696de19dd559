/**
 * A connection as a stream: bytes both ways, back-pressure, both ends, and destruction. What makes a
 * `net.Socket` of it is in hawser-socket.ts.
 */
import { addAbortSignal, Duplex } from 'node:stream';
import { HawserError } from '../../shared/errors.js';
import { Conduit } from './conduit.js';
import { publish } from './diagnostics.js';
import { IdleTimer } from './idle-timer.js';
import type { DirectReader } from './inflow.js';
import type { Line } from './line.js';
import { socketOptions, type SocketOptions } from './options/socket-options.js';

type Callback = (error?: Error | null) => void;

export abstract class ConnectionStream extends Duplex {
  /** From `connect` until the peer has answered. */
  connecting = false;

  /** The event `close` has been emitted. */
  protected hasClosed = false;
  protected readonly idle = new IdleTimer(() => this.emit('timeout'));
  protected readonly conduit = new Conduit(this, {
    onOpen: () => {
      this.opened();
    },
    onFailure: (error) => {
      this.failed(error);
    },
    onProgress: () => {
      this.idle.refresh();
    },
  });
  /** The close is to wait until the peer has everything, whatever it still sends. */
  protected insists = false;
  #isResetting = false;
  #isEndedByPeer = false;
  #isDirect = false;

  /** @throws {HawserError} `ERR_HAWSER_BAD_OPTION` */
  constructor(options: SocketOptions) {
    const { allowHalfOpen, highWaterMark, signal } = socketOptions(options);
    super({ allowHalfOpen, highWaterMark, autoDestroy: true, emitClose: false });
    if (!this.allowHalfOpen) this.once('end', () => (this.#isEndedByPeer = true));
    if (signal !== undefined) this.#obey(signal);
  }

  /** An abort that came before is obeyed in the next tick, when somebody can listen for its error. */
  #obey(signal: AbortSignal): void {
    if (signal.aborted) process.nextTick(() => addAbortSignal(signal, this));
    else addAbortSignal(signal, this);
  }

  /** No connection, or none that has been answered. */
  get pending(): boolean {
    return this.conduit.connection === undefined || this.connecting;
  }

  get bytesRead(): number {
    return this.conduit.inflow.bytesRead;
  }

  /** Bytes written so far, with those the stream still holds. */
  get bytesWritten(): number {
    return this.conduit.outflow.bytesDone + this.writableLength;
  }

  /** Bytes the transport has taken and the peer has not acknowledged. */
  get unacknowledgedBytes(): number {
    return this.conduit.connection?.unacknowledgedBytes ?? 0;
  }

  /** The peer has answered. */
  protected abstract opened(): void;
  protected abstract failed(error: Error): void;
  /** The connection, if there is one, is about to be given up. */
  protected abstract leaving(): void;
  /** It has been, and `close` is about to be emitted. */
  protected abstract left(): void;

  protected attach(line: Line): void {
    this.conduit.attach(line);
  }

  override _read(): void {
    if (!this.#isDirect) this.conduit.pull();
  }

  /**
   * From here on bytes are put into rooms of the reader's, as `onread` of `net.connect` does, and no
   * `data` is emitted. It stops where there is no room, and goes on when `resume` is called.
   */
  readInto(reader: DirectReader): this {
    // What the stream holds stays in it until there is room, or else it would be at its end before.
    this.pause();
    this.conduit.inflow.divert(reader);
    this.#isDirect = true;
    return this.resume();
  }

  override resume(): this {
    if (!this.#isDirect) return super.resume();
    this.conduit.pull();
    return this;
  }

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    return this.#isDirect && event === 'data' ? false : super.emit(event, ...values);
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Callback): void {
    this.#write([chunk], done);
  }

  override _writev(writes: { chunk: unknown }[], done: Callback): void {
    this.#write(
      writes.map(({ chunk }) => chunk as Uint8Array),
      done,
    );
  }

  #write(chunks: readonly Uint8Array[], done: Callback): void {
    if (this.pending && !this.connecting) {
      done(new HawserError('ERR_HAWSER_CLOSED', 'this socket is not connected to anybody'));
      return;
    }
    this.idle.refresh();
    this.conduit.write(chunks, done);
  }

  override _final(done: Callback): void {
    this.conduit.end(done);
  }

  override write(chunk: unknown, done?: Callback): boolean;
  override write(chunk: unknown, encoding?: BufferEncoding, done?: Callback): boolean;
  override write(chunk: unknown, encoding?: BufferEncoding | Callback, done?: Callback): boolean {
    const callback = typeof encoding === 'function' ? encoding : done;
    if (this.#isEndedByPeer && this.writableEnded) return this.#refuse(callback);
    return typeof encoding === 'function'
      ? super.write(chunk, encoding)
      : super.write(chunk, encoding!, done);
  }

  /** As with net.Socket: to write to a peer that has ended, when we have ended too, destroys. */
  #refuse(done: Callback | undefined): false {
    const text = 'the peer has ended this connection, and allowHalfOpen is false';
    const error = new HawserError('ERR_HAWSER_ENDED_BY_PEER', text);
    if (done !== undefined) process.nextTick(done, error);
    this.destroy(error);
    return false;
  }

  /**
   * A connection that both sides have ended, or that is disposed of, is closed when the peer has
   * acknowledged everything; one that is given up, at once.
   */
  override _destroy(error: Error | null, done: Callback): void {
    const isComplete = (this.readableEnded || this.insists) && this.writableFinished;
    this.connecting = false;
    this.idle.set(0);
    this.leaving();
    const { connection, outflow } = this.conduit;
    const close = (failure: Error | null) => {
      done(failure);
      // As with net.Socket, what else is under way in this turn of the loop comes first.
      const tell = () => {
        this.#close(failure);
      };
      if (connection === undefined) process.nextTick(tell);
      else setImmediate(tell);
    };
    if (error === null && isComplete && !this.#isResetting) {
      const settled = (failure?: Error) => {
        close(failure ?? null);
      };
      this.conduit.detach(true, settled, this.insists);
      return;
    }
    // What is corked was not even offered to the conduit.
    const isDone = this.writableLength === 0;
    this.conduit.detach(error === null && !this.#isResetting && isDone);
    const text = 'this socket was destroyed before the bytes were sent';
    outflow.fail(error ?? new HawserError('ERR_HAWSER_CLOSED', text));
    close(error);
  }

  #close(error: Error | null): void {
    this.hasClosed = true;
    this.left();
    publish('socket.close', { socket: this, error });
    this.emit('close', error !== null);
  }

  /** Destroys the socket behind everything written. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  /** Ends the connection with a reset, whatever is still to be sent. */
  resetAndDestroy(): this {
    this.#isResetting = true;
    return this.destroy();
  }
}
