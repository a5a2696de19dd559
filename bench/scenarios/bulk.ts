/** One flow as fast as it goes, over clean loopback: in datagrams of an Ethernet, and in larger ones. */
import type { Contender } from '../contest/contenders.js';
import type { MatchOutcome } from '../contest/measure.js';
import type { Column, Figures, Scenario } from '../contest/scenario.js';
import { hasLargeDatagrams, matchEntrants } from './matches.js';

const NOTES = [
  'The clock runs from the first byte written to the word that the last one has arrived, after a warm-up.',
  'Verified by hash: 4 MiB before and 4 MiB behind the timed bytes of the same connection.',
];

const COLUMNS: readonly Column[] = [
  { key: 'rate', heading: 'MB/s', digits: 0, better: 'more', chart: true },
  { key: 'senderCpu', heading: 'CPU s/GB send', digits: 2, better: 'less' },
  { key: 'receiverCpu', heading: 'CPU s/GB recv', digits: 2, better: 'less' },
  { key: 'cpu', heading: 'CPU s/GB both', digits: 2, better: 'less', chart: true },
  { key: 'peak', heading: 'peak MB, larger side', digits: 0, better: 'less', chart: true },
  { key: 'size', heading: 'MB timed', digits: 0, better: 'more' },
];

export const bulk: Scenario = {
  name: 'bulk',
  title: 'Bulk, one flow, clean loopback',
  notes: [
    'Hawser sends datagrams of 1472 bytes, the peers what they find. Blocking API in a worker, window of 1024 segments; asynchronous API on the main thread.',
    ...NOTES,
  ],
  columns: COLUMNS,
  entrants: (field, seconds) => matchEntrants(field, 'bulk', seconds, figuresOf),
};

export const bulkAtPathMtu: Scenario = {
  name: 'bulk-mtu',
  title: 'Bulk, one flow, clean loopback, datagrams as large as the path carries',
  notes: [
    'Hawser by its asynchronous API; it finds the size by path MTU discovery while it sends. The peers send what they find, KCP 1472 bytes.',
    ...NOTES,
  ],
  columns: COLUMNS,
  entrants: (field, seconds) => matchEntrants(field, 'bulk', seconds, figuresOf, findsPathMtu),
};

function findsPathMtu(contender: Contender): boolean {
  return contender.kind !== 'hawser' || hasLargeDatagrams(contender);
}

function figuresOf({ opener, accepter }: MatchOutcome): Figures {
  const gigabytes = opener.count / 1e9;
  return {
    rate: (gigabytes * 1e3) / opener.seconds,
    senderCpu: opener.cpuSeconds / gigabytes,
    receiverCpu: accepter.cpuSeconds / gigabytes,
    cpu: (opener.cpuSeconds + accepter.cpuSeconds) / gigabytes,
    peak: Math.max(opener.peakMegabytes, accepter.peakMegabytes),
    size: gigabytes * 1e3,
  };
}
