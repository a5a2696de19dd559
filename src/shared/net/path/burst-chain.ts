/** The two states of Gilbert–Elliott loss, one step a datagram. Sans-IO; one thread. */
import type { RandomStream } from '../random.js';
import type { BurstLoss } from './conditions.js';

export class BurstChain {
  #bad = false;

  constructor(
    private readonly burst: BurstLoss,
    private readonly random: RandomStream,
  ) {}

  /** Goes on to the next datagram; whether this one is lost. The first is in the good state. */
  next(): boolean {
    const { enterRate, leaveRate, lossRate } = this.burst;
    if (enterRate === 0) return false;
    const lost = this.#bad && this.random.chance(lossRate);
    this.#bad = this.#bad ? !this.random.chance(leaveRate) : this.random.chance(enterRate);
    return lost;
  }
}
