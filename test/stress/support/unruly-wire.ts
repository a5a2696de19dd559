/** One direction of a network within a thread: loses, doubles and reorders, but never changes a byte. */
import type { RandomStream } from '#hawser/shared/net/random.js';
import type { Outlet } from '#hawser/shared/transport/outlet.js';

const LOSS = 0.05;
const DOUBLING = 0.05;
const KEPT_BACK = 0.2;

export class UnrulyWire implements Outlet {
  lost = 0;
  doubled = 0;
  overtaken = 0;
  readonly #underway: Uint8Array[] = [];

  constructor(
    private readonly memory: Uint8Array,
    private readonly random: RandomStream,
  ) {}

  get isEmpty(): boolean {
    return this.#underway.length === 0;
  }

  allowance(): number {
    return Infinity;
  }

  push(headerOffset: number, headerLength: number, payloadOffset: number, payloadBytes: number) {
    const datagram = new Uint8Array(headerLength + payloadBytes);
    datagram.set(this.memory.subarray(headerOffset, headerOffset + headerLength));
    datagram.set(this.memory.subarray(payloadOffset, payloadOffset + payloadBytes), headerLength);
    this.#underway.push(datagram);
  }

  flush(): void {
    // Everything is under way already.
  }

  /** Hands over what arrives now, in an order of its own. */
  arrive(receive: (datagram: Uint8Array) => void): void {
    for (let left = this.#underway.length; left > 0; left--) {
      if (this.random.chance(KEPT_BACK)) continue;
      const at = this.random.below(this.#underway.length);
      if (at > 0) this.overtaken += 1;
      const [datagram] = this.#underway.splice(at, 1);
      if (this.random.chance(LOSS)) this.lost += 1;
      else receive(datagram);
      if (!this.random.chance(DOUBLING)) continue;
      this.doubled += 1;
      receive(datagram);
    }
  }
}
