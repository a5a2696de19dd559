/** A hundred connections, all of them busy. */
import type { AtOnceOutcome } from '../many/at-once.js';
import type { ServerOutcome } from '../many/server.js';
import { cpuBetween } from '../many/usage.js';
import type { Figures, Scenario } from '../contest/scenario.js';
import { manyEntrants } from './matches.js';

const CONNECTIONS = 100;

export const atOnce: Scenario = {
  name: 'at-once',
  title: `${CONNECTIONS} connections at once, clean loopback`,
  notes: [
    'All of them between the same two processes. Every connection asks for as many bytes at the same moment.',
    'Evenness: when the first had all of its bytes, over when the last had. 64 KiB of each are verified afterwards.',
    'UDX: streams over one socket. node-kcp has no connections, only a protocol for one.',
  ],
  columns: [
    { key: 'rate', heading: 'MB/s together', digits: 0, better: 'more', chart: true },
    { key: 'evenness', heading: 'evenness', digits: 2, better: 'more' },
    { key: 'cpu', heading: 'CPU s/GB both', digits: 2, better: 'less', chart: true },
    { key: 'peak', heading: 'peak MB, larger side', digits: 0, better: 'less' },
  ],
  entrants: (field, seconds) => manyEntrants(field, 'at-once', CONNECTIONS, seconds, figuresOf),
};

function figuresOf(outcome: unknown, accepter: ServerOutcome): Figures {
  const opener = outcome as AtOnceOutcome;
  const gigabytes = opener.bytes / 1e9;
  const [before, after] = accepter.samples;
  return {
    rate: (gigabytes * 1e3) / opener.seconds,
    evenness: opener.firstOverLast,
    cpu: (opener.cpuSeconds + cpuBetween(before, after)) / gigabytes,
    peak: Math.max(opener.peakMegabytes, accepter.peakMegabytes),
  };
}
