/**
 * How much the path holds, draft-ietf-ccwg-bbr §5.6.4: bandwidth times round-trip time, and what
 * bursts and held-up acknowledgments need on top. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue } from '../../../memory/layout.js';
import { fullSize, initialWindow } from '../segment-size.js';
import { lateness } from './lateness.js';
import { BbrState } from './state.js';

const LEAST_SEGMENTS = 4;
/** Share of the largest harmless flight that is left to others while cruising. */
const HEADROOM = 0.15;
const PROBE_RTT_GAIN = 0.5;

export class Pipe {
  constructor(private readonly memory: ConnectionMemory) {}

  /** BBRMinPipeCwnd. */
  least(_held: SendLock): number {
    return LEAST_SEGMENTS * fullSize(this.memory);
  }

  /** The bandwidth–delay product times `gain`. */
  product(held: SendLock, bandwidth: number, gain: number): number {
    const rtt = this.memory.bbr[BbrValue.minimumRtt];
    if (rtt === Infinity) return initialWindow(this.memory);
    return gain * bandwidth * (rtt + lateness(this.memory, held));
  }

  /** BBRInflight: so much in flight keeps the pipe full `gain` times over. */
  inFlight(held: SendLock, bandwidth: number, gain: number): number {
    return this.quantized(held, this.product(held, bandwidth, gain));
  }

  quantized(held: SendLock, bytes: number): number {
    const { bbr, congestion } = this.memory;
    // One burst leaves, one is under way, one is being answered.
    const bursts = 3 * congestion[CongestionValue.burstBytes];
    const spare = bbr[BbrValue.state] === BbrState.up ? 2 * fullSize(this.memory) : 0;
    return Math.max(bytes, bursts, this.least(held)) + spare;
  }

  /** BBRTargetInflight. */
  target(held: SendLock): number {
    const { bbr, congestion } = this.memory;
    const product = this.product(held, bbr[BbrValue.bandwidth], 1);
    return Math.min(product, congestion[CongestionValue.windowBytes]);
  }

  withHeadroom(held: SendLock): number {
    const longTerm = this.memory.bbr[BbrValue.longTermInFlight];
    if (longTerm === Infinity) return Infinity;
    const headroom = Math.max(fullSize(this.memory), HEADROOM * longTerm);
    return Math.max(longTerm - headroom, this.least(held));
  }

  whileProbingRtt(held: SendLock): number {
    const { bandwidth } = BbrValue;
    const product = this.product(held, this.memory.bbr[bandwidth], PROBE_RTT_GAIN);
    return Math.max(product, this.least(held));
  }
}
