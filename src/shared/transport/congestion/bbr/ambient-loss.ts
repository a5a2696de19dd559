/**
 * What the path loses whatever we send: radio, not queues. The draft takes more than two in a hundred
 * for congestion and gives way, again and again where that is how the path is. We take the smallest
 * share that was lost in any part of a probing cycle; since a cycle has a part in which less is sent
 * than gets through, losses of our own making are not in it. Congestion is what goes beyond; and
 * pacing makes up for it, so that what arrives is what the path carries. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue } from '../../../memory/layout.js';
import { fullSize } from '../segment-size.js';

/** BBR.LossThresh. */
const LOSS_THRESHOLD = 0.02;
/** Deviations of a random share that chance does not explain. */
const DEVIATIONS = 3;
/** Weight of one round. */
const WEIGHT = 1 / 8;
/** Nobody wants to send more on a path that is worse than this. */
const MOST = 0.2;

export class AmbientLoss {
  constructor(private readonly memory: ConnectionMemory) {}

  initialize(): void {
    const { bbr } = this.memory;
    bbr[BbrValue.ambientLoss] = -1;
    this.forget();
  }

  /** What was lost so far says nothing of the path. */
  forget(): void {
    this.memory.bbr[BbrValue.lossShare] = -1;
    this.beginCycle();
  }

  beginCycle(): void {
    this.memory.bbr[BbrValue.leastLossShare] = Infinity;
  }

  /** Of what was settled in one round, this share was lost. */
  note(_held: SendLock, share: number): void {
    const { bbr } = this.memory;
    const before = bbr[BbrValue.lossShare];
    const now = before < 0 ? share : before + (share - before) * WEIGHT;
    bbr[BbrValue.lossShare] = now;
    bbr[BbrValue.leastLossShare] = Math.min(bbr[BbrValue.leastLossShare], now);
  }

  /** From now on the least of this cycle counts. */
  settle(_held: SendLock): void {
    const { bbr } = this.memory;
    const least = bbr[BbrValue.leastLossShare];
    if (least < Infinity) bbr[BbrValue.ambientLoss] = least;
  }

  isKnown(_held: SendLock): boolean {
    return this.memory.bbr[BbrValue.ambientLoss] >= 0;
  }

  /** The share of so many bytes that may be lost without congestion. */
  tolerated(_held: SendLock, bytes: number): number {
    const ambient = Math.max(0, this.memory.bbr[BbrValue.ambientLoss]);
    const segments = Math.max(1, bytes / fullSize(this.memory));
    const deviation = Math.sqrt((ambient * (1 - ambient)) / segments);
    return ambient + LOSS_THRESHOLD + DEVIATIONS * deviation;
  }

  /** To deliver so much, this many times as much is to be sent. */
  compensation(_held: SendLock): number {
    return 1 / (1 - Math.min(Math.max(0, this.memory.bbr[BbrValue.ambientLoss]), MOST));
  }
}
