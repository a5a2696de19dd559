/**
 * Which packets of a file may go: at most a window ahead of the last acknowledgment, and those again
 * that the receiver says it misses. Application thread of the client.
 */
export class SendingWindow {
  /** All packets up to this one have arrived. */
  #acknowledged = 0;
  #highestSent = 0;
  readonly #missing = new Set<number>();

  constructor(
    private readonly windowPackets: number,
    private readonly lastPacket: number,
  ) {}

  get isComplete(): boolean {
    return this.#acknowledged === this.lastPacket;
  }

  get highestSent(): number {
    return this.#highestSent;
  }

  /** Every packet that may go now, those missed first; they count as sent. */
  take(): number[] {
    const numbers = [...this.#missing].sort((a, b) => a - b);
    this.#missing.clear();
    const limit = Math.min(this.#acknowledged + this.windowPackets, this.lastPacket);
    while (this.#highestSent < limit) numbers.push(++this.#highestSent);
    return numbers;
  }

  /** False if it acknowledges what was never sent. */
  acknowledge(number: number): boolean {
    if (number > this.#highestSent) return false;
    this.#acknowledged = Math.max(this.#acknowledged, number);
    for (const missing of this.#missing) if (missing <= number) this.#missing.delete(missing);
    return true;
  }

  /** False if it was never sent. A late NACK of a packet that has come since changes nothing. */
  miss(number: number): boolean {
    if (number > this.#highestSent) return false;
    if (number > this.#acknowledged) this.#missing.add(number);
    return true;
  }
}
