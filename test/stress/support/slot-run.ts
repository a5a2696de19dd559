/** What the threads of one run over the slots are given, and what they return. */
import { ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { EndpointMemory } from '#hawser/shared/memory/endpoint-memory.js';
import type { Geometry } from '#hawser/shared/memory/layout.js';
import { defaultSettings, type TransportSettings } from '#hawser/shared/transport/settings.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';

/** Few and small slots: the rings wrap all the time, and writer and reader wait all the time. */
export const FEW_SLOTS: Geometry = { sendSlots: 16, receiveSlots: 16, slotBytes: 64 };
/** Rings of 4 that become larger, and smaller again. */
export const FEWER_AT_FIRST: Geometry = { ...FEW_SLOTS, firstSendSlots: 4, firstReceiveSlots: 4 };

const MINUTE_MICROS = 60_000_000;

/** Times so short that a few lost datagrams do not make the run long; numbers wrap in the middle. */
const HASTY: TransportSettings = {
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

/** For both sides: what is told at first is what there are slots for. */
export function settingsFor({ resizes }: Pick<SlotTask, 'resizes'>): TransportSettings {
  return resizes ? { ...HASTY, initialWindowSegments: 3 } : HASTY;
}

export interface SlotTask {
  /** Of the endpoint and of its one connection. */
  readonly endpoint: SharedArrayBuffer;
  readonly buffer: SharedArrayBuffer;
  readonly seed: number;
  /** Bytes of our stream, which the writer writes and the peer checks. */
  readonly bytesOut: number;
  /** Bytes of the peer's stream, which the reader checks. */
  readonly bytesIn: number;
  /** Writer and listener change the sizes of their rings all the time. */
  readonly resizes: boolean;
}

/** Of the listener's thread, for both sides of the connection. */
export interface ListenerOutcome {
  readonly complaints: readonly string[];
  /** Bytes of our stream that reached the peer. */
  readonly delivered: number;
  readonly lost: number;
  readonly overtaken: number;
  readonly doubled: number;
  /** How often the receive ring has changed its size. */
  readonly resizes: number;
}

/** Of the writer and of the reader. */
export interface ApplicationOutcome {
  readonly bytes: number;
  /** How often the thread had to wait. */
  readonly waits: number;
  /** Position of the first wrong byte, or -1. */
  readonly wrongAt: number;
  /** How often the send ring has changed its size. */
  readonly resizes: number;
}

/** A thread's view of the connection, whose calls reach the threads of its endpoint. */
export function openSlots({ endpoint, buffer }: SlotTask) {
  const memory = new ConnectionMemory(buffer, TIMER_COUNT);
  const shared = new EndpointMemory(endpoint);
  shared.adopt(memory, 0);
  return { memory, endpoint: shared };
}
