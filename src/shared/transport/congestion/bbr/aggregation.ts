/**
 * Acknowledgments that were held up and come together, draft-ietf-ccwg-bbr §5.5.9: how much more
 * arrives at once than the bandwidth explains, at most, in the last five to ten rounds. So much more
 * must be in flight, or the pipe runs dry between them. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue } from '../../../memory/layout.js';
import type { RateSample } from '../delivery-rate.js';

const ROUNDS = 5;

export class Aggregation {
  constructor(private readonly memory: ConnectionMemory) {}

  acknowledged(held: SendLock, sample: RateSample): void {
    const { bbr, congestion } = this.memory;
    const bandwidth = bbr[BbrValue.bandwidth];
    const elapsed = sample.nowMicros - bbr[BbrValue.aggregationSince];
    if (bbr[BbrValue.aggregationBytes] <= bandwidth * elapsed) this.restart(held, sample.nowMicros);
    bbr[BbrValue.aggregationBytes] += sample.acknowledged;
    const expected = bandwidth * (sample.nowMicros - bbr[BbrValue.aggregationSince]);
    const extra = bbr[BbrValue.aggregationBytes] - expected;
    this.#note(Math.min(extra, congestion[CongestionValue.windowBytes]));
  }

  restart(_held: SendLock, nowMicros: number): void {
    const { bbr } = this.memory;
    bbr[BbrValue.aggregationSince] = nowMicros;
    bbr[BbrValue.aggregationBytes] = 0;
  }

  extra(_held: SendLock): number {
    const { bbr } = this.memory;
    return Math.max(bbr[BbrValue.extraNow], bbr[BbrValue.extraBefore]);
  }

  #note(extra: number): void {
    const { bbr } = this.memory;
    const round = bbr[BbrValue.roundCount];
    // In startup the excess is growth.
    const rounds = bbr[BbrValue.fullBandwidthReached] === 1 ? ROUNDS : 1;
    if (round >= bbr[BbrValue.extraRound] + rounds) {
      bbr[BbrValue.extraBefore] = bbr[BbrValue.extraNow];
      bbr[BbrValue.extraNow] = 0;
      bbr[BbrValue.extraRound] = round;
    }
    bbr[BbrValue.extraNow] = Math.max(bbr[BbrValue.extraNow], extra);
  }
}
