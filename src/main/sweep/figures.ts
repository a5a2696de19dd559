/** The figures of a report: what each is, how it is read, and which values are good. */
import type { Outcome } from '../../shared/sweep/outcome.js';

export interface Figure {
  readonly title: string;
  readonly explanation: string;
  /** Null where it makes no sense, as a share without a bottleneck. */
  readonly of: (outcome: Outcome) => number | null;
  readonly show: (value: number) => string;
  /** The value coloured worst, and the one coloured best. */
  readonly worst: number;
  readonly best: number;
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

export const FIGURES: readonly Figure[] = [
  {
    title: 'Goodput',
    explanation: 'bytes read ÷ (rate × (1 − loss)), from the opening on, all connections together',
    of: ({ share }) => share,
    show: (value) => value.toFixed(3),
    worst: 0.3,
    best: 1,
  },
  {
    title: 'Steady goodput',
    explanation: 'the same over the last two thirds of the time, without the start',
    of: ({ steadyShare }) => steadyShare,
    show: (value) => value.toFixed(3),
    worst: 0.3,
    best: 1,
  },
  {
    title: 'Goodput in Mbit/s',
    explanation:
      'bytes read, all connections together, where there is no bottleneck to compare with',
    of: ({ goodputMbit, share }) => (share === null ? goodputMbit : null),
    show: (value) => value.toPrecision(4),
    worst: NaN,
    best: NaN,
  },
  {
    title: 'Queueing delay',
    explanation: 'median wait before the bottleneck, as a share of what a full queue means',
    of: ({ queueing }) => queueing.medianShare,
    show: (value) => value.toFixed(2),
    worst: 1,
    best: 0,
  },
  {
    title: 'Retransmission cost',
    explanation: 'datagrams with data that were sent again, of all with data',
    of: ({ retransmittedShare }) => retransmittedShare,
    show: percent,
    worst: 0.3,
    best: 0,
  },
  {
    title: 'Needless retransmissions',
    explanation: 'datagrams that arrived although their data was there already, of all with data',
    of: ({ needlessShare }) => needlessShare,
    show: percent,
    worst: 0.05,
    best: 0,
  },
  {
    title: 'Answers',
    explanation: 'datagrams in the other direction, for a hundred in that of the data',
    of: ({ answersShare }) => answersShare,
    show: percent,
    worst: 0.5,
    best: 0,
  },
  {
    title: 'Fairness',
    explanation: "Jain's index of the connections' goodput over the last two thirds of the time",
    of: ({ fairness, flows }) => (flows.length > 1 ? fairness : null),
    show: (value) => value.toFixed(3),
    worst: 0.5,
    best: 1,
  },
  {
    title: 'Smallest share',
    explanation: 'what the connection with the least has of the goodput, over the last two thirds',
    of: ({ flows }) => {
      const steady = flows.map(({ steadyMbit }) => steadyMbit);
      const total = steady.reduce((sum, mbit) => sum + mbit, 0);
      return flows.length > 1 && total > 0 ? Math.min(...steady) / total : null;
    },
    show: (value) => value.toFixed(3),
    worst: 0,
    best: 0.5,
  },
];
