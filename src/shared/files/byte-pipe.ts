/**
 * How the file protocol gets its bytes: a source and a sink of buffers that belong to somebody else.
 * In the program they are the two ends of rings in shared memory; in tests often a plain Duplex.
 */

export interface ByteSource {
  /** The next bytes, which stay as they are until the next call; `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Whether `next` would have to wait. */
  readonly isDry: boolean;
  /** Nothing more is wanted: wakes who waits in `next`. */
  cancel(): void;
}

export interface ByteSink {
  /** Room to write into, the same until it is committed. Rejects once nobody reads any more. */
  acquire(): Promise<Uint8Array>;
  /** Hands on the first `length` bytes of the room. */
  commit(length: number): void;
  /** Nothing follows. */
  end(): void;
}
