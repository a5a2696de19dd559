/** 64 bytes there and back, one at a time. */
import type { MatchOutcome } from '../contest/measure.js';
import type { Figures, Scenario } from '../contest/scenario.js';
import { matchEntrants } from './matches.js';

export const pingPong: Scenario = {
  name: 'ping-pong',
  title: 'Ping-pong, 64 bytes, clean loopback',
  notes: [
    'Round-trip times after 2000 rounds of warm-up; every byte compared when the clock has stopped.',
    'Hawser by its blocking API in a worker, no delay; all others, and its asynchronous API, in their event loops.',
  ],
  columns: [
    { key: 'p50', heading: 'p50 µs', digits: 1, better: 'less', chart: true },
    { key: 'p99', heading: 'p99 µs', digits: 1, better: 'less', chart: true },
    { key: 'cpu', heading: 'CPU µs/round, both', digits: 1, better: 'less' },
    { key: 'peak', heading: 'peak MB, larger side', digits: 0, better: 'less' },
    { key: 'rounds', heading: 'rounds', digits: 0, better: 'more' },
  ],
  entrants: (field, seconds) => matchEntrants(field, 'ping-pong', seconds, figuresOf),
};

function figuresOf({ opener, accepter }: MatchOutcome): Figures {
  return {
    p50: opener.latencies?.p50Micros ?? NaN,
    p99: opener.latencies?.p99Micros ?? NaN,
    cpu: ((opener.cpuSeconds + accepter.cpuSeconds) * 1e6) / opener.count,
    peak: Math.max(opener.peakMegabytes, accepter.peakMegabytes),
    rounds: opener.count,
  };
}
