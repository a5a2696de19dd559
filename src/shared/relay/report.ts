/** What a relay has done so far, as plain data: for the live line and for the summary. */
import type { PathCounters } from '../net/path/counters.js';
import type { DelayHistogram } from '../net/path/delay-histogram.js';
import type { PathModel } from '../net/path/path-model.js';
import type { RelayLoop } from './relay-loop.js';

export interface DelayReport {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly maximumMs: number;
}

export interface DirectionReport extends Readonly<PathCounters> {
  /** Waiting before the bottleneck. */
  readonly queueing: DelayReport;
}

export interface RelayReport {
  readonly elapsedMs: number;
  readonly clients: {
    readonly active: number;
    readonly total: number;
    /** Datagrams of sources for which there was no place. */
    readonly refused: number;
  };
  readonly underWay: number;
  /** Lost because as many were under way as the relay holds. */
  readonly overflowed: number;
  readonly sendFailures: number;
  readonly unreachable: number;
  /** How long after their time datagrams left. */
  readonly lateness: DelayReport;
  readonly up: DirectionReport;
  readonly down: DirectionReport;
}

export function reportOf(loop: RelayLoop, elapsedMs: number): RelayReport {
  const { relay, sendFailures, unreachable } = loop;
  const { clients, underWay, overflowed } = relay;
  return {
    elapsedMs: Math.round(elapsedMs),
    clients: { active: clients.count, total: clients.total, refused: clients.refused },
    underWay,
    overflowed,
    sendFailures,
    unreachable,
    lateness: delayReport(relay.lateness),
    up: directionReport(relay.up),
    down: directionReport(relay.down),
  };
}

function directionReport({ counters, queueing }: PathModel): DirectionReport {
  return { ...counters, queueing: delayReport(queueing) };
}

function delayReport(delays: DelayHistogram): DelayReport {
  const millis = (micros: number) => Math.round(micros) / 1e3;
  return {
    medianMs: millis(delays.quantile(0.5)),
    p99Ms: millis(delays.quantile(0.99)),
    maximumMs: millis(delays.maximumMicros),
  };
}
