/** The consumer's end of a ring as a source of bytes: one slot at a time. File thread. */
import type { RingConsumer } from '../memory/slot-ring.js';
import type { ByteSource } from './byte-pipe.js';
import type { FileFailure } from './status.js';

export class RingSource implements ByteSource {
  #holdsSlot = false;

  /** `whenCancelled` is thrown by `next`, where a cancelled ring is not to pass for one that ended. */
  constructor(
    private readonly ring: RingConsumer,
    private readonly whenCancelled?: FileFailure,
  ) {}

  get isDry(): boolean {
    return !this.ring.hasFilled;
  }

  cancel(): void {
    this.ring.cancel();
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#holdsSlot) this.ring.release();
    this.#holdsSlot = false;
    const isFilled = !this.isDry || (await this.ring.untilFilled());
    const bytes = isFilled ? this.ring.take() : undefined;
    this.#holdsSlot = bytes !== undefined;
    if (bytes === undefined && this.ring.isCancelled && this.whenCancelled) {
      throw this.whenCancelled;
    }
    return bytes;
  }
}
