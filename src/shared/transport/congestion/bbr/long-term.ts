/**
 * The flight that the path is known to bear, draft-ietf-ccwg-bbr §5.3.3.6 and §5.5.10.2: set where
 * probing meets too much loss, and raised, ever faster, while probing meets none. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue } from '../../../memory/layout.js';
import type { LostSegment } from '../algorithm.js';
import type { RateSample } from '../delivery-rate.js';
import { fullSize } from '../segment-size.js';
import { isWindowLimited } from '../window-use.js';
import type { AmbientLoss } from './ambient-loss.js';
import type { Overload } from './overload.js';
import type { Pipe } from './pipe.js';
import { BbrState } from './state.js';

/**
 * Less than what was too much, so that the larger of two flows gives up more than the smaller, and
 * they come to the same. The draft keeps what was too much, and its flows stay apart for minutes.
 */
const YIELD = 0.6;
const STEEPEST = 30;

export class LongTerm {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly pipe: Pipe,
    private readonly overload: Overload,
    private readonly ambient: AmbientLoss,
  ) {}

  initialize(): void {
    this.memory.bbr[BbrValue.longTermInFlight] = Infinity;
  }

  /** True if too much was in flight when what is now acknowledged was sent. */
  acknowledged(held: SendLock, sample: RateSample, roundStart: boolean): boolean {
    const { bbr } = this.memory;
    const { inFlightThen, lostSince, rttMicros, isLimited } = sample;
    if (this.overload.isTooMuch(held, lostSince, inFlightThen, rttMicros)) {
      return this.#tooMuch(held, inFlightThen, isLimited);
    }
    const { longTermInFlight } = BbrValue;
    if (bbr[longTermInFlight] === Infinity) return false;
    bbr[longTermInFlight] = Math.max(bbr[longTermInFlight], inFlightThen);
    if (bbr[BbrValue.state] === BbrState.up) this.#raise(held, sample, roundStart);
    return false;
  }

  /** Probing is over: if it has made a queue, it was too much, whether or not anything was lost. */
  probed(held: SendLock, { inFlightThen, rttMicros }: RateSample): void {
    const { bbr } = this.memory;
    if (!this.overload.isQueue(held, rttMicros)) return;
    const yielded = Math.min(bbr[BbrValue.longTermInFlight], inFlightThen * YIELD);
    bbr[BbrValue.longTermInFlight] = Math.max(yielded, this.pipe.target(held));
  }

  /** BBRHandleLostPacket. True if too much was in flight when it was sent. */
  lost(held: SendLock, lost: LostSegment): boolean {
    const { bytes, inFlightThen, lostSince, isLimited } = lost;
    const { bbr } = this.memory;
    const rtt = bbr[BbrValue.latestRtt];
    if (bbr[BbrValue.probeSamples] === 0) return false;
    if (!this.overload.isTooMuch(held, lostSince, inFlightThen, rtt)) return false;
    return this.#tooMuch(held, this.#flightAtLoss(held, bytes, inFlightThen, lostSince), isLimited);
  }

  /** BBRRaiseInflightLongtermSlope. */
  steepen(held: SendLock): void {
    const { bbr } = this.memory;
    const growth = fullSize(this.memory) * 2 ** bbr[BbrValue.probeUpRounds];
    bbr[BbrValue.probeUpRounds] = Math.min(bbr[BbrValue.probeUpRounds] + 1, STEEPEST);
    const slope = this.pipe.target(held) / growth;
    bbr[BbrValue.probeUpSlope] = Math.max(slope, 1) * fullSize(this.memory);
  }

  /** BBRProbeInflightLongtermUpward. */
  #raise(held: SendLock, { acknowledged }: RateSample, roundStart: boolean): void {
    const { bbr } = this.memory;
    if (!isWindowLimited(this.memory, held)) return;
    bbr[BbrValue.probeUpBytes] += acknowledged;
    const segments = Math.floor(bbr[BbrValue.probeUpBytes] / bbr[BbrValue.probeUpSlope]);
    bbr[BbrValue.probeUpBytes] -= segments * bbr[BbrValue.probeUpSlope];
    bbr[BbrValue.longTermInFlight] += segments * fullSize(this.memory);
    if (roundStart) this.steepen(held);
  }

  /** BBRHandleInflightTooHigh; once a probe. */
  #tooMuch(held: SendLock, inFlight: number, isLimited: boolean): boolean {
    const { bbr } = this.memory;
    if (bbr[BbrValue.probeSamples] === 0) return false;
    bbr[BbrValue.probeSamples] = 0;
    if (!isLimited) {
      bbr[BbrValue.longTermInFlight] = Math.max(inFlight * YIELD, this.pipe.target(held));
    }
    return bbr[BbrValue.state] === BbrState.up;
  }

  /** BBRInflightAtLoss: where within the lost stretch the share became too large. */
  #flightAtLoss(held: SendLock, bytes: number, inFlight: number, lost: number): number {
    const tolerated = this.ambient.tolerated(held, inFlight);
    const inFlightBefore = inFlight - bytes;
    const lostBefore = lost - bytes;
    const prefix = (tolerated * inFlightBefore - lostBefore) / (1 - tolerated);
    return inFlightBefore + prefix;
  }
}
