/** Packet-timed round trips, draft-ietf-ccwg-bbr §5.5.1. Needs the send lock. */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue } from '../../../memory/layout.js';
import type { RateSample } from '../delivery-rate.js';

export class Rounds {
  /** True while the acknowledgment is dealt with that begins a round. */
  isStart = false;

  constructor(private readonly memory: ConnectionMemory) {}

  acknowledged(held: SendLock, sample: RateSample): void {
    const { bbr } = this.memory;
    this.isStart = sample.deliveredBefore >= bbr[BbrValue.roundEnd];
    if (!this.isStart) return;
    this.begin(held);
    bbr[BbrValue.roundCount] += 1;
    bbr[BbrValue.roundsSinceProbe] += 1;
  }

  /** The round ends when something is delivered that is sent from now on. */
  begin(_held: SendLock): void {
    const { bbr, congestion } = this.memory;
    bbr[BbrValue.roundEnd] = congestion[CongestionValue.deliveredBytes];
  }
}
