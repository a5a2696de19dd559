/** A small scenario, for tests to change. */
import type { Scenario } from '#hawser/shared/sweep/scenario.js';

export const SCENARIO: Scenario = {
  flows: ['none'],
  rttMs: 20,
  rateMbit: 10,
  queueBdp: 4,
  lossRate: 0,
  reorderingMs: 0,
  windowSegments: 32,
  acknowledgeEvery: 8,
  acknowledgmentDelayMs: 25,
  wakeLatencyMs: 0.05,
  seconds: 2,
  megabytes: null,
  seed: 1,
};
