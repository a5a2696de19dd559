/** A consistent look at a connection's counters and times, from any thread. */
import type { ConnectionMemory } from './connection-memory.js';
import { PortCounter, ReceiveCounter, SendCounter, SendTime, SendWord } from './layout.js';

type Counters = Record<
  keyof typeof SendCounter | keyof typeof ReceiveCounter | keyof typeof PortCounter,
  number
>;

/** Counts since the start; times in milliseconds, null before the first measurement. */
export interface TransportStatistics extends Counters {
  readonly minimumRttMs: number | null;
  readonly smoothedRttMs: number | null;
  readonly retransmissionTimeoutMs: number;
  /** How long a segment may be overtaken before it counts as lost. */
  readonly reorderingExtentMs: number;
  /** The largest datagram that the path is taken to carry, in bytes of UDP payload. */
  readonly pathDatagramBytes: number;
}

/** Takes both locks, one by one. With an endpoint, the datagrams that were no connection's count too. */
export function statisticsOf(
  memory: ConnectionMemory,
  endpoint?: { readonly portCounters: Float64Array },
): TransportStatistics {
  const send = memory.sendMutex.lock();
  const sent = named(SendCounter, memory.sendCounters);
  const times = timesOf(memory);
  memory.sendMutex.unlock(send);
  const receive = memory.receiveMutex.lock();
  const received = named(ReceiveCounter, memory.receiveCounters);
  memory.receiveMutex.unlock(receive);
  const arrived = memory.portCounters.map((own, at) => own + (endpoint?.portCounters[at] ?? 0));
  return { ...sent, ...received, ...named(PortCounter, arrived), ...times };
}

function timesOf({ send, sendTimes }: ConnectionMemory) {
  const smoothed = sendTimes[SendTime.smoothedRtt];
  return {
    minimumRttMs: smoothed === 0 ? null : millis(sendTimes[SendTime.minimumRtt]),
    smoothedRttMs: smoothed === 0 ? null : millis(smoothed),
    retransmissionTimeoutMs: millis(sendTimes[SendTime.retransmissionTimeout]),
    reorderingExtentMs: millis(sendTimes[SendTime.reorderingExtent]),
    pathDatagramBytes: send[SendWord.pathDatagramBytes],
  };
}

function named<Name extends string>(
  positions: Readonly<Record<Name, number>>,
  values: Float64Array,
): Record<Name, number> {
  const entries = Object.entries<number>(positions).map(([name, at]) => [name, values[at]]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

function millis(micros: number): number {
  return Math.round(micros) / 1e3;
}
