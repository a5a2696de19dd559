/** What the threads of one run over the slots are given, and what they return. */
import { ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { EndpointMemory } from '#hawser/shared/memory/endpoint-memory.js';
import type { Geometry } from '#hawser/shared/memory/layout.js';
import { defaultSettings, type TransportSettings } from '#hawser/shared/transport/settings.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';

/** Few and small slots: the rings wrap all the time, and writer and reader wait all the time. */
export const FEW_SLOTS: Geometry = { sendSlots: 16, receiveSlots: 16, slotBytes: 64 };

const MINUTE_MICROS = 60_000_000;

/** Times so short that a few lost datagrams do not make the run long; numbers wrap in the middle. */
export const HASTY: TransportSettings = {
  ...defaultSettings,
  windowSegments: FEW_SLOTS.receiveSlots,
  acknowledgeEvery: 4,
  acknowledgmentDelayMicros: 300,
  holdMicros: 100,
  initialTimeoutMicros: 2_000,
  minimumTimeoutMicros: 500,
  maximumTimeoutMicros: 4_000,
  openingTimeoutLimitMicros: 2_000,
  connectTimeoutMicros: MINUTE_MICROS,
  idleTimeoutMicros: MINUTE_MICROS,
  // Long against the time-outs, also where a thread has to wait for a processor.
  timeWaitMicros: 1_000_000,
  wallClockOffsetMicros: 0,
  initialSegment: 0x7fffffff - 1_000,
};

export interface SlotTask {
  /** Of the endpoint and of its one connection. */
  readonly endpoint: SharedArrayBuffer;
  readonly buffer: SharedArrayBuffer;
  readonly seed: number;
  /** Bytes of our stream, which the writer writes and the peer checks. */
  readonly bytesOut: number;
  /** Bytes of the peer's stream, which the reader checks. */
  readonly bytesIn: number;
}

/** Of the listener's thread, for both sides of the connection. */
export interface ListenerOutcome {
  readonly complaints: readonly string[];
  /** Bytes of our stream that reached the peer. */
  readonly delivered: number;
  readonly lost: number;
  readonly overtaken: number;
  readonly doubled: number;
}

/** Of the writer and of the reader. */
export interface ApplicationOutcome {
  readonly bytes: number;
  /** How often the thread had to wait. */
  readonly waits: number;
  /** Position of the first wrong byte, or -1. */
  readonly wrongAt: number;
}

/** A thread's view of the connection, whose calls reach the threads of its endpoint. */
export function openSlots({ endpoint, buffer }: SlotTask) {
  const memory = new ConnectionMemory(buffer, TIMER_COUNT);
  const shared = new EndpointMemory(endpoint);
  shared.adopt(memory, 0);
  return { memory, endpoint: shared };
}
