/** One flow as fast as it goes, over clean loopback. */
import type { MatchOutcome } from '../contest/measure.js';
import type { Figures, Scenario } from '../contest/scenario.js';
import { matchEntrants } from './matches.js';

export const bulk: Scenario = {
  name: 'bulk',
  title: 'Bulk, one flow, clean loopback',
  notes: [
    'Hawser sends datagrams of 1472 bytes, the peers what they find; window of 1024 segments.',
    'The clock runs from the first byte written to the word that the last one has arrived, after a warm-up.',
    'Verified by hash: 4 MiB before and 4 MiB behind the timed bytes of the same connection.',
  ],
  columns: [
    { key: 'rate', heading: 'MB/s', digits: 0, better: 'more', chart: true },
    { key: 'senderCpu', heading: 'CPU s/GB send', digits: 2, better: 'less' },
    { key: 'receiverCpu', heading: 'CPU s/GB recv', digits: 2, better: 'less' },
    { key: 'cpu', heading: 'CPU s/GB both', digits: 2, better: 'less', chart: true },
    { key: 'peak', heading: 'peak MB, larger side', digits: 0, better: 'less', chart: true },
    { key: 'size', heading: 'MB timed', digits: 0, better: 'more' },
  ],
  entrants: (field, seconds) => matchEntrants(field, 'bulk', seconds, figuresOf),
};

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
