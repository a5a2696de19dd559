/**
 * Whether the pipe is full, draft-ietf-ccwg-bbr §5.3.1.2: three round trips brought less than a
 * quarter more. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue } from '../../../memory/layout.js';
import type { RateSample } from '../delivery-rate.js';

const GROWTH = 1.25;
const ROUNDS = 3;

export class FullPipe {
  constructor(private readonly memory: ConnectionMemory) {}

  acknowledged(held: SendLock, { rate, isLimited }: RateSample, roundStart: boolean): void {
    const { bbr } = this.memory;
    if (bbr[BbrValue.fullBandwidthNow] === 1 || isLimited || rate === 0) return;
    if (rate >= bbr[BbrValue.fullBandwidth] * GROWTH) {
      this.lookAgain(held, rate);
    } else if (roundStart) {
      bbr[BbrValue.fullBandwidthRounds] += 1;
      if (bbr[BbrValue.fullBandwidthRounds] < ROUNDS) return;
      bbr[BbrValue.fullBandwidthNow] = 1;
      bbr[BbrValue.fullBandwidthReached] = 1;
    }
  }

  /** Looks for more than this rate. */
  lookAgain(_held: SendLock, rate: number): void {
    const { bbr } = this.memory;
    bbr[BbrValue.fullBandwidth] = rate;
    bbr[BbrValue.fullBandwidthRounds] = 0;
    bbr[BbrValue.fullBandwidthNow] = 0;
  }
}
