/** Scenarios and results to put together by hand. */
import { keyOf, type Scenario } from '#hawser/shared/sweep/scenario.js';
import type { Outcome } from '#hawser/shared/sweep/outcome.js';
import type { Result } from '#hawser/main/sweep/results-file.js';

import { SCENARIO as SMALL } from '../../sweep/scenario.js';

export const SCENARIO: Scenario = { ...SMALL, queueBdp: 2 };

export function outcomeWith(share: number): Outcome {
  return {
    elapsedSeconds: 2,
    goodputMbit: 10 * share,
    share,
    steadyShare: share,
    queueing: { medianMs: 1, p95Ms: 2, maximumMs: 3, medianShare: 0.25 },
    retransmittedShare: 0.01,
    needlessShare: 0,
    droppedShare: 0,
    answersShare: 0.1,
    fairness: 1,
    flows: [
      {
        congestion: 'none',
        goodputMbit: 10 * share,
        steadyMbit: 10 * share,
        segments: 100,
        sentAgain: 1,
        smoothedRttMs: 21,
      },
    ],
    series: { atMs: [0, 1000, 2000], queueMs: [0, 5, 4], kilobytes: [[0, 500, 1500]] },
  };
}

export function resultOf(change: Partial<Scenario>, share: number): Result {
  const scenario = { ...SCENARIO, ...change };
  return { key: keyOf(scenario), scenario, outcome: outcomeWith(share) };
}
