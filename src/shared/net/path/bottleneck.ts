/**
 * A link of a certain rate behind a first-in-first-out queue that drops its tail. May be part of any
 * number of paths, whose datagrams then wait for each other. Sans-IO; one thread.
 */
export class Bottleneck {
  /** When all that was admitted has been passed on. */
  #freeAtMicros = -Infinity;

  /** Bytes a second, and the bytes that may wait; Infinity for no limit. */
  constructor(
    private readonly bytesPerSecond: number,
    private readonly queueBytes: number,
  ) {}

  /** When a datagram that comes now has been passed on; Infinity if there is no room for it to wait. */
  pass(bytes: number, nowMicros: number): number {
    if (this.bytesPerSecond === Infinity) return nowMicros;
    const waiting = this.waitingBytes(nowMicros);
    // A queue smaller than a datagram still lets one through at a time.
    if (waiting > 0 && waiting + bytes > this.queueBytes) return Infinity;
    const start = Math.max(nowMicros, this.#freeAtMicros);
    this.#freeAtMicros = start + (bytes * 1e6) / this.bytesPerSecond;
    return this.#freeAtMicros;
  }

  /** How long a datagram that comes now waits for those before it. */
  waitMicros(nowMicros: number): number {
    return Math.max(0, this.#freeAtMicros - nowMicros);
  }

  /** Admitted and not yet passed on, the part of a datagram counted as a part. */
  waitingBytes(nowMicros: number): number {
    const waitMicros = this.waitMicros(nowMicros);
    return waitMicros === 0 ? 0 : (waitMicros * this.bytesPerSecond) / 1e6;
  }
}
