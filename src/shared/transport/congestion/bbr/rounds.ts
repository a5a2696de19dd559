/**
 * Packet-timed round trips, draft-ietf-ccwg-bbr §5.5.1; but where datagrams overtake each other, a
 * quick one does not end a round that others have hardly begun. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue } from '../../../memory/layout.js';
import type { RateSample } from '../delivery-rate.js';
import { lateness } from './lateness.js';

export class Rounds {
  /** True while the acknowledgment is dealt with that begins a round. */
  isStart = false;

  constructor(private readonly memory: ConnectionMemory) {}

  acknowledged(held: SendLock, sample: RateSample): void {
    const { bbr } = this.memory;
    const elapsed = sample.nowMicros - bbr[BbrValue.roundBeganAt];
    const isAnswered = sample.deliveredBefore >= bbr[BbrValue.roundEnd];
    this.isStart = isAnswered && elapsed >= lateness(this.memory, held);
    if (!this.isStart) return;
    this.begin(held, sample.nowMicros);
    bbr[BbrValue.roundCount] += 1;
    bbr[BbrValue.roundsSinceProbe] += 1;
  }

  /** The round ends when something is delivered that is sent from now on. */
  begin(_held: SendLock, nowMicros: number): void {
    const { bbr, congestion } = this.memory;
    bbr[BbrValue.roundBeganAt] = nowMicros;
    bbr[BbrValue.roundEnd] = congestion[CongestionValue.deliveredBytes];
  }
}
