/** One cell of a sweep: a network, and what is sent over it. Plain data that JSON keeps as it is. */
import type { CongestionName } from '../transport/congestion/choice.js';

export interface Scenario {
  /** One connection each, all through the same bottleneck, one started after the other. */
  readonly flows: readonly CongestionName[];
  readonly rttMs: number;
  /** Bottleneck, Mbit/s of UDP payload; null for none. */
  readonly rateMbit: number | null;
  /** Room before the bottleneck, in bandwidth–delay products. */
  readonly queueBdp: number;
  /** Probability that a datagram is lost, in each direction. */
  readonly lossRate: number;
  /** Each datagram takes up to this longer, at random. */
  readonly reorderingMs: number;
  /** Receive window; null for buffers that grow by themselves, as those of the asynchronous API. */
  readonly windowSegments: number | null;
  /** Segments that an acknowledgment may wait for, and how long. */
  readonly acknowledgeEvery: number;
  readonly acknowledgmentDelayMs: number;
  /** A woken thread runs up to this much later, at random. */
  readonly wakeLatencyMs: number;
  /** Longest, in virtual time. */
  readonly seconds: number;
  /** What each connection has to send; null for as much as goes. */
  readonly megabytes: number | null;
  readonly seed: number;
}

/** The same for the same scenario, whatever the order of its fields: what a result is found by. */
export function keyOf(scenario: Scenario): string {
  const { flows, rttMs, rateMbit, queueBdp, lossRate, reorderingMs, seed } = scenario;
  const { windowSegments, acknowledgeEvery, acknowledgmentDelayMs, wakeLatencyMs } = scenario;
  const { seconds, megabytes } = scenario;
  return [
    flows.join('+'),
    `rtt=${rttMs}`,
    `rate=${rateMbit ?? 'any'}`,
    `queue=${queueBdp}`,
    `loss=${lossRate}`,
    `reordering=${reorderingMs}`,
    `window=${windowSegments ?? 'auto'}`,
    `ack=${acknowledgeEvery}/${acknowledgmentDelayMs}`,
    `wake=${wakeLatencyMs}`,
    megabytes === null ? `seconds=${seconds}` : `megabytes=${megabytes}/${seconds}`,
    `seed=${seed}`,
  ].join(' ');
}

export function bytesPerSecond({ rateMbit }: Scenario): number {
  return rateMbit === null ? Infinity : rateMbit * 125_000;
}

/** At least two datagrams. */
export function queueBytes(scenario: Scenario): number {
  if (scenario.rateMbit === null) return Infinity;
  return Math.max(3000, (scenario.queueBdp * bytesPerSecond(scenario) * scenario.rttMs) / 1e3);
}
