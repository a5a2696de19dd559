/** One flow through our relay: a bottleneck, a round trip of 50 ms, and loss at random. */
import type { MatchOutcome } from '../contest/measure.js';
import type { Figures, Scenario } from '../contest/scenario.js';
import { relayedEntrants } from './matches.js';

const MEGABITS = 100;
const NETWORK = ['--delay', '25ms', '--rate', `${MEGABITS}M`, '--queue', '625kB'];

function throughRelay(lossPercent: number): Scenario {
  return {
    name: `relay-${lossPercent}`,
    title: `Through the relay: 100 Mbit/s, 50 ms, ${lossPercent} % loss`,
    notes: [
      'Each datagram takes 25 ms each way; 625 kB may wait before the bottleneck, which is the product of rate and round trip.',
      'The relay carries UDP, so TCP is not there. Twice as much is sent each time until that takes long enough; the last time counts, slow start included in its share.',
      'Share: goodput over what the bottleneck lets through, its rate × (1 − loss); it counts UDP payload.',
    ],
    columns: [
      { key: 'rate', heading: 'MB/s', digits: 2, better: 'more', chart: true },
      { key: 'share', heading: 'share of what gets through', digits: 3, better: 'more' },
      { key: 'cpu', heading: 'CPU s/GB both', digits: 2, better: 'less' },
      { key: 'size', heading: 'MB timed', digits: 1, better: 'more' },
    ],
    entrants: (field, seconds) =>
      relayedEntrants(
        field,
        seconds,
        (run) => [...NETWORK, '--loss-rate', lossPercent / 100, '--seed', run + 1],
        (outcome) => figuresOf(outcome, 1 - lossPercent / 100),
      ),
  };
}

export const relayed: readonly Scenario[] = [0, 1, 5, 10].map(throughRelay);

function figuresOf({ opener, accepter }: MatchOutcome, getsThrough: number): Figures {
  const megabytes = opener.count / 1e6;
  const rate = megabytes / opener.seconds;
  return {
    rate,
    share: (rate * 8) / (MEGABITS * getsThrough),
    cpu: ((opener.cpuSeconds + accepter.cpuSeconds) * 1e3) / megabytes,
    size: megabytes,
  };
}
