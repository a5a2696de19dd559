/**
 * The only thing that knows sockets. Everything above sees runs of datagrams going out and batches
 * coming in; `dgram`, `batched` and the decorator `impaired` implement this one interface.
 *
 * A port lives on the listener's thread: `run` is that thread's loop. Other threads may call `send`
 * only where `sendsFromAnyThread` says so.
 */

/** Where datagrams come from and go to. */
export interface SocketAddress {
  /** A numeric IPv4 or IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/**
 * Datagrams to send, as a structure of arrays that is filled, handed over and reused. Each datagram
 * is a header and a payload, given as byte ranges of one memory, so that a port can gather them
 * without a copy. A port must not keep a reference to either after `send` returns.
 */
export class DatagramRun {
  count = 0;
  readonly headerOffset: Int32Array;
  readonly headerLength: Int32Array;
  readonly payloadOffset: Int32Array;
  readonly payloadLength: Int32Array;

  constructor(
    /** The memory that holds headers and payloads; another one only while the run is empty. */
    public memory: Uint8Array,
    readonly capacity: number,
  ) {
    this.headerOffset = new Int32Array(capacity);
    this.headerLength = new Int32Array(capacity);
    this.payloadOffset = new Int32Array(capacity);
    this.payloadLength = new Int32Array(capacity);
  }

  get full(): boolean {
    return this.count === this.capacity;
  }

  push(headerOffset: number, headerLength: number, payloadOffset: number, payloadLength: number) {
    const at = this.count++;
    this.headerOffset[at] = headerOffset;
    this.headerLength[at] = headerLength;
    this.payloadOffset[at] = payloadOffset;
    this.payloadLength[at] = payloadLength;
  }
}

/** Called for each datagram that came in: `bytes[start, end)` is valid only during the call. */
export type DatagramVisitor = (
  bytes: Uint8Array,
  start: number,
  end: number,
  source: SocketAddress,
) => void;

/**
 * Called for each train: `bytes[start, end)`, valid only during the call, holds datagrams of one
 * source, one behind the other, of `every` bytes each but the last, which may be shorter.
 */
export type TrainVisitor = (
  bytes: Uint8Array,
  start: number,
  end: number,
  every: number,
  source: SocketAddress,
) => void;

/** How many datagrams a train holds; an empty one is one datagram without bytes. */
export function datagramsIn(start: number, end: number, every: number): number {
  return end === start ? 1 : Math.ceil((end - start) / every);
}

/** A batch that came in, to be looked at once. */
export interface DatagramBatch {
  readonly count: number;
  /** UDP payload bytes of all of them together. */
  readonly bytes: number;
  forEach(visit: DatagramVisitor): void;
  /** The same by trains, as the system has put them together: a call for many datagrams. */
  forEachTrain(visit: TrainVisitor): void;
}

/** What the loop of the port calls back, on the listener's thread. */
export interface PortEvents {
  /** Everything that was waiting on the socket, at most a bounded number at a time. */
  onDatagrams(batch: DatagramBatch): void;
  /** The listener's bell rang, `nextDeadlineMicros` passed, or `allowance` grew from 0. */
  onWake(): void;
  /** The network reported that a datagram to `destination` did not arrive, e.g. `ECONNREFUSED`. */
  onUnreachable?(destination: SocketAddress, code: string): void;
  /** When `onWake` must be called at the latest, in microseconds of `nowMicros`; may be Infinity. */
  nextDeadlineMicros(): number;
}

export interface DatagramPort {
  readonly localAddress: SocketAddress;
  /** Largest UDP payload this port sends, in bytes. */
  readonly maximumDatagramBytes: number;
  readonly sendsFromAnyThread: boolean;
  /** How many datagrams may be handed to `send` now; Infinity unless the port is paced. */
  allowance(nowMicros: number): number;
  /** Sends the run to one destination. Like UDP itself it may lose some; it never throws for that. */
  send(run: DatagramRun, destination: SocketAddress): void;
  /**
   * The shortest datagram that this thread was refused as too long for the first link since the last
   * call, in bytes; Infinity if there was none. Absent where the system does not say.
   */
  takeRefusedBytes?(): number;
  /** The listener's loop: resolves after `stopped()` turned true and the bell rang; rejects on a dead socket. */
  run(events: PortEvents, stopped: () => boolean): Promise<void>;
  /** After `run`: lets datagrams that a decorator still delays go out, for at most `limitMs`. */
  drain(limitMs: number): Promise<void>;
  /** Releases the socket; datagrams that a decorator still delays are dropped. Idempotent. */
  close(): Promise<void>;
}
