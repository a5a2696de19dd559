/**
 * How long to cruise before the next probe, draft-ietf-ccwg-bbr §5.3.3.5.3: one to one and a half
 * seconds, at random so that flows do not probe together, but no longer than a Reno flow takes to grow
 * as much. The draft waits twice as long, and flows that start apart stay apart for as much longer.
 * The random numbers follow from the connection ID. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue } from '../../../memory/layout.js';
import { fullSize } from '../segment-size.js';
import type { Pipe } from './pipe.js';

const LEAST_MICROS = 1_000_000;
const SPREAD_MICROS = 500_000;
const RENO_ROUNDS = 31;

export class ProbeWait {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly pipe: Pipe,
  ) {}

  initialize(): void {
    this.memory.bbr[BbrValue.random] = this.memory.localConnectionId >>> 0;
  }

  /** BBRPickProbeWait. */
  begin(_held: SendLock, nowMicros: number): void {
    const { bbr } = this.memory;
    bbr[BbrValue.cycleStartedAt] = nowMicros;
    bbr[BbrValue.roundsSinceProbe] = Math.round(this.#random());
    bbr[BbrValue.probeWaitMicros] = LEAST_MICROS + this.#random() * SPREAD_MICROS;
  }

  /** BBRIsTimeToProbeBW. */
  isOver(held: SendLock, nowMicros: number): boolean {
    const { bbr } = this.memory;
    if (nowMicros > bbr[BbrValue.cycleStartedAt] + bbr[BbrValue.probeWaitMicros]) return true;
    const segments = this.pipe.target(held) / fullSize(this.memory);
    return bbr[BbrValue.roundsSinceProbe] >= Math.min(segments, RENO_ROUNDS);
  }

  /** In [0, 1): a linear congruential generator, good enough to keep flows apart. */
  #random(): number {
    const { bbr } = this.memory;
    const next = (Math.imul(bbr[BbrValue.random], 1_664_525) + 1_013_904_223) >>> 0;
    bbr[BbrValue.random] = next;
    return next / 2 ** 32;
  }
}
