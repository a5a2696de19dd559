/** The consumer's end of a ring as a source of bytes: one slot at a time. File thread. */
import type { RingConsumer } from '../memory/slot-ring.js';
import type { ByteSource } from './byte-pipe.js';

export class RingSource implements ByteSource {
  #holdsSlot = false;

  constructor(private readonly ring: RingConsumer) {}

  get isDry(): boolean {
    return !this.ring.hasFilled;
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#holdsSlot) this.ring.release();
    this.#holdsSlot = false;
    if (this.isDry && !(await this.ring.untilFilled())) return undefined;
    const bytes = this.ring.take();
    this.#holdsSlot = bytes !== undefined;
    return bytes;
  }
}
