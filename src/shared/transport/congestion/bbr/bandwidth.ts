/**
 * The bandwidth, draft-ietf-ccwg-bbr §5.5.5 and §5.5.10: the largest delivery rate of this probing
 * cycle and the last, and a bound below that while the path is overloaded. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue } from '../../../memory/layout.js';
import type { RateSample } from '../delivery-rate.js';

export class Bandwidth {
  constructor(private readonly memory: ConnectionMemory) {}

  initialize(): void {
    this.memory.bbr[BbrValue.shortTermBandwidth] = Infinity;
  }

  acknowledged(_held: SendLock, { rate, isLimited }: RateSample): void {
    const { bbr } = this.memory;
    // An application that sends little gets little through, which says nothing of the path.
    if (isLimited && rate < bbr[BbrValue.maximumBandwidth]) return;
    bbr[BbrValue.bandwidthOfCycle] = Math.max(bbr[BbrValue.bandwidthOfCycle], rate);
    this.#derive();
  }

  /** A cycle without any sample lets the one before count on. */
  advanceCycle(_held: SendLock): void {
    const { bbr } = this.memory;
    if (bbr[BbrValue.bandwidthOfCycle] === 0) return;
    bbr[BbrValue.bandwidthOfLastCycle] = bbr[BbrValue.bandwidthOfCycle];
    bbr[BbrValue.bandwidthOfCycle] = 0;
    this.#derive();
  }

  /** BBRBoundBWForModel. */
  bound(_held: SendLock): void {
    const { bbr } = this.memory;
    bbr[BbrValue.bandwidth] = Math.min(
      bbr[BbrValue.maximumBandwidth],
      bbr[BbrValue.shortTermBandwidth],
    );
  }

  #derive(): void {
    const { bbr } = this.memory;
    bbr[BbrValue.maximumBandwidth] = Math.max(
      bbr[BbrValue.bandwidthOfCycle],
      bbr[BbrValue.bandwidthOfLastCycle],
    );
  }
}
