/** The ratios that the guard watches, each from two figures taken one after the other. */
import { spread, type Spread } from '../support/report.js';
import { play } from '../contest/measure.js';
import type { WorkloadName } from '../workloads/index.js';
import { measureMemoryCopy } from './memory-copy.js';

export interface WatchedRatio {
  readonly better: 'more' | 'less';
  readonly spread: Spread;
}

/** By what they are called in the baseline. */
export type WatchedRatios = Readonly<Record<string, WatchedRatio>>;

interface Turn {
  readonly copy: number;
  readonly tcpRate: number;
  readonly tcpMicros: number;
  readonly hawserRate: number;
  readonly hawserMicros: number;
}

/** @param contender which of Hawser's to watch */
export async function measureRatios(
  contender: string,
  runs: number,
  seconds: number,
): Promise<WatchedRatios> {
  const turns: Turn[] = [];
  for (let run = 0; run < runs; run++) {
    process.stderr.write(`${run + 1}/${runs}\n`);
    turns.push(await takeTurn(contender, seconds));
  }
  const of = (ratio: (turn: Turn) => number) => spread(turns.map(ratio));
  return {
    [`${contender}: bulk to TCP`]: {
      better: 'more',
      spread: of((turn) => turn.hawserRate / turn.tcpRate),
    },
    [`${contender}: bulk to memory copy`]: {
      better: 'more',
      spread: of((turn) => turn.hawserRate / turn.copy),
    },
    [`${contender}: ping-pong p50 to TCP`]: {
      better: 'less',
      spread: of((turn) => turn.hawserMicros / turn.tcpMicros),
    },
  };
}

async function takeTurn(contender: string, seconds: number): Promise<Turn> {
  const match = (name: string, workload: WorkloadName) =>
    play({ contender: name, workload, seconds }).then(({ opener }) => opener);
  const copy = measureMemoryCopy();
  const tcpBulk = await match('tcp', 'bulk');
  const hawserBulk = await match(contender, 'bulk');
  const tcpPing = await match('tcp', 'ping-pong');
  const hawserPing = await match(contender, 'ping-pong');
  return {
    copy,
    tcpRate: tcpBulk.count / 1e6 / tcpBulk.seconds,
    hawserRate: hawserBulk.count / 1e6 / hawserBulk.seconds,
    tcpMicros: tcpPing.latencies?.p50Micros ?? NaN,
    hawserMicros: hawserPing.latencies?.p50Micros ?? NaN,
  };
}
