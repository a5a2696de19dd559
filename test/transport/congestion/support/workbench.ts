/** A connection's memory with the send lock held, for one part of congestion control at a time. */
import {
  allocateConnection,
  ConnectionMemory,
  type SendLock,
} from '#hawser/shared/memory/connection-memory.js';
import { CongestionValue, SendTime } from '#hawser/shared/memory/layout.js';
import { RateSample } from '#hawser/shared/transport/congestion/delivery-rate.js';
import { initializeConnection } from '#hawser/shared/transport/connection.js';
import type { CongestionName } from '#hawser/shared/transport/congestion/choice.js';
import { fullSize } from '#hawser/shared/transport/congestion/segment-size.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';

const GEOMETRY = { sendSlots: 16, receiveSlots: 16, slotBytes: 968 };

export class Workbench {
  readonly memory = new ConnectionMemory(
    allocateConnection(GEOMETRY, TIMER_COUNT, 1234),
    TIMER_COUNT,
  );
  readonly held: SendLock;
  /** SMSS: 1000 bytes. */
  readonly segment: number;

  constructor(congestion: CongestionName, rttMs: number) {
    const settings = { ...defaultSettings, congestion, wallClockOffsetMicros: 0 };
    initializeConnection(this.memory, settings, 0);
    this.held = this.memory.sendMutex.lock();
    this.segment = fullSize(this.memory);
    this.rttMs = rttMs;
  }

  set rttMs(millis: number) {
    this.memory.sendTimes[SendTime.smoothedRtt] = millis * 1e3;
    this.memory.sendTimes[SendTime.minimumRtt] = millis * 1e3;
  }

  /** cwnd. */
  get windowSegments(): number {
    return this.value('windowBytes') / this.segment;
  }

  set windowSegments(segments: number) {
    this.set('windowBytes', segments * this.segment);
  }

  value(name: keyof typeof CongestionValue): number {
    return this.memory.congestion[CongestionValue[name]];
  }

  set(name: keyof typeof CongestionValue, value: number): void {
    this.memory.congestion[CongestionValue[name]] = value;
  }

  /** So many segments are acknowledged, and the window was full until then. */
  deliver(segments: number, nowMicros: number, changes: Partial<RateSample> = {}): RateSample {
    const bytes = segments * this.segment;
    this.set('deliveredBytes', this.value('deliveredBytes') + bytes);
    this.set('windowFilledAt', this.value('deliveredBytes'));
    return Object.assign(new RateSample(), {
      nowMicros,
      acknowledged: bytes,
      sentAt: nowMicros,
      ...changes,
    });
  }
}
