/**
 * The round-trip time without a queue, draft-ietf-ccwg-bbr §5.5.8: the smallest of ten seconds. If
 * none of the last five comes near it, the queue is to be emptied to see it again. Needs the send
 * lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue } from '../../../memory/layout.js';

const FILTER_MICROS = 10_000_000;
const PROBE_INTERVAL_MICROS = 5_000_000;
/** Sooner or later draining shows the smallest RTT again, but for scheduling and a few datagrams. */
const NEAR = 1 + 1 / 32;
const NEAR_MICROS = 100;

export class MinimumRtt {
  constructor(private readonly memory: ConnectionMemory) {}

  initialize(nowMicros: number): void {
    const { bbr } = this.memory;
    bbr[BbrValue.minimumRtt] = Infinity;
    bbr[BbrValue.probeRttMinimum] = Infinity;
    bbr[BbrValue.minimumRttAt] = nowMicros;
    bbr[BbrValue.probeRttMinimumAt] = nowMicros;
  }

  /** `rttMicros` is 0 if there is none. True if it is time to probe for it. */
  acknowledged(_held: SendLock, rttMicros: number, nowMicros: number): boolean {
    const { bbr } = this.memory;
    const expired = nowMicros > bbr[BbrValue.probeRttMinimumAt] + PROBE_INTERVAL_MICROS;
    if (rttMicros > 0) this.#note(rttMicros, expired, nowMicros);
    const isOld = nowMicros > bbr[BbrValue.minimumRttAt] + FILTER_MICROS;
    if (bbr[BbrValue.probeRttMinimum] < bbr[BbrValue.minimumRtt] || isOld) {
      bbr[BbrValue.minimumRtt] = bbr[BbrValue.probeRttMinimum];
      bbr[BbrValue.minimumRttAt] = bbr[BbrValue.probeRttMinimumAt];
    }
    return expired;
  }

  #note(rttMicros: number, expired: boolean, nowMicros: number): void {
    const { bbr } = this.memory;
    const minimum = bbr[BbrValue.probeRttMinimum];
    if (rttMicros < minimum || expired) {
      bbr[BbrValue.probeRttMinimum] = rttMicros;
      bbr[BbrValue.probeRttMinimumAt] = nowMicros;
    } else if (rttMicros <= minimum * NEAR + NEAR_MICROS) {
      bbr[BbrValue.probeRttMinimumAt] = nowMicros;
      if (minimum === bbr[BbrValue.minimumRtt]) bbr[BbrValue.minimumRttAt] = nowMicros;
    }
  }
}
