/**
 * How fast segments get through: draft-cheng-iccrg-delivery-rate-estimation. Each slot remembers
 * what had been delivered when it was sent; when it is delivered itself, the difference over the
 * time is a sample, and the longer of sending and acknowledging is that time. Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../memory/connection-memory.js';
import { CongestionValue, SendTime } from '../../memory/layout.js';
import { sizeOf } from './segment-size.js';

/** What one acknowledgment says of the path. Bytes, microseconds, bytes a microsecond. */
export class RateSample {
  nowMicros = 0;
  /** 0 if it could not be measured. */
  rttMicros = 0;
  /** When the segment sent last of those acknowledged was sent. */
  sentAt = 0;
  /** Bytes acknowledged since the acknowledgment before. */
  acknowledged = 0;
  /** 0 if there is no sample. */
  rate = 0;
  /** Bytes delivered while the segment sent last of those acknowledged was under way. */
  delivered = 0;
  deliveredBefore = 0;
  /** In flight when it was sent, and found lost since. */
  inFlightThen = 0;
  lostSince = 0;
  isLimited = false;
}

export class DeliveryRate {
  readonly sample = new RateSample();
  #newestSentAt = -Infinity;
  #sampleSince = 0;
  #sendElapsed = 0;

  constructor(private readonly memory: ConnectionMemory) {}

  /** `inFlight` counts this segment. */
  sent(_held: SendLock, slot: number, inFlight: number): void {
    const { congestion, slotDelivered, slotDeliveredAt, slotFlightSentAt } = this.memory;
    slotDelivered[slot] = congestion[CongestionValue.deliveredBytes];
    slotDeliveredAt[slot] = congestion[CongestionValue.deliveredAt];
    slotFlightSentAt[slot] = congestion[CongestionValue.flightSentAt];
    this.memory.slotInFlight[slot] = inFlight;
    this.memory.slotLost[slot] = congestion[CongestionValue.lostBytes];
    this.memory.slotLimited[slot] = congestion[CongestionValue.applicationLimitedUntil] > 0 ? 1 : 0;
  }

  /** What is sent next is the first of a flight: what was idle before is not to be measured. */
  beginFlight(_held: SendLock, nowMicros: number): void {
    const { congestion } = this.memory;
    congestion[CongestionValue.deliveredAt] = nowMicros;
    congestion[CongestionValue.flightSentAt] = nowMicros;
  }

  begin(_held: SendLock, nowMicros: number): void {
    const { sample } = this;
    sample.nowMicros = nowMicros;
    sample.acknowledged = 0;
    this.#newestSentAt = -Infinity;
  }

  delivered(held: SendLock, slot: number): void {
    const { congestion, slotLastSent, slotFlightSentAt, slotDelivered } = this.memory;
    const bytes = sizeOf(this.memory, held, slot);
    const { sample } = this;
    sample.acknowledged += bytes;
    congestion[CongestionValue.deliveredBytes] += bytes;
    congestion[CongestionValue.deliveredAt] = sample.nowMicros;
    if (slotLastSent[slot] < this.#newestSentAt) return;
    this.#newestSentAt = slotLastSent[slot];
    sample.sentAt = slotLastSent[slot];
    this.#sampleSince = this.memory.slotDeliveredAt[slot];
    this.#sendElapsed = slotLastSent[slot] - slotFlightSentAt[slot];
    sample.deliveredBefore = slotDelivered[slot];
    sample.inFlightThen = this.memory.slotInFlight[slot];
    sample.lostSince = this.memory.slotLost[slot];
    sample.isLimited = this.memory.slotLimited[slot] === 1;
  }

  /** Completes the sample of this acknowledgment. */
  end(_held: SendLock, rttMicros: number): RateSample {
    const { congestion, sendTimes } = this.memory;
    const { sample } = this;
    const lost = congestion[CongestionValue.lostBytes];
    const delivered = congestion[CongestionValue.deliveredBytes];
    sample.rttMicros = rttMicros;
    sample.rate = 0;
    if (delivered > congestion[CongestionValue.applicationLimitedUntil]) {
      congestion[CongestionValue.applicationLimitedUntil] = 0;
    }
    if (this.#newestSentAt === -Infinity) return sample;
    congestion[CongestionValue.flightSentAt] = this.#newestSentAt;
    const interval = Math.max(this.#sendElapsed, sample.nowMicros - this.#sampleSince);
    sample.delivered = delivered - sample.deliveredBefore;
    sample.lostSince = lost - sample.lostSince;
    // Shorter than any round trip: acknowledgments that were held up and came together.
    if (interval > 0 && interval >= sendTimes[SendTime.minimumRtt]) {
      sample.rate = sample.delivered / interval;
    }
    return sample;
  }
}
