/** Connections opened a second, and what an idle one costs, with 1, 1000 and 10,000 of them. */
import type { OpeningOutcome } from '../many/opening.js';
import type { ServerOutcome } from '../many/server.js';
import { cpuBetween, type Usage } from '../many/usage.js';
import type { Figures, Scenario } from '../contest/scenario.js';
import { manyEntrants } from './matches.js';

/** Streams that both sides number beforehand are not opened. */
const WITHOUT_OPENING = ['udx'];

function opening(connections: number): Scenario {
  return {
    name: `opening-${connections}`,
    title: `Opening ${connections === 1 ? 'one connection after another' : `${connections} connections`}, clean loopback`,
    notes: [
      connections === 1
        ? 'Between the same two processes; each carries a byte there and one back, and is closed before the next is opened. Memory: of a single one, a coarse figure.'
        : 'Between the same two processes, at most 64 under way at a time; each carries a byte there and one back, and stays open.',
      'Memory: growth of the resident set after a collection, divided by the connections; what the kernel holds is not in it.',
      'Hawser with buffers of 16 KiB each way: with the defaults an endpoint takes some 500 connections on loopback before its limit of 4 GiB, which counts what the buffers of each begin with.',
      'UDX is not there: its streams are not opened, both sides know their numbers beforehand.',
    ],
    columns: [
      { key: 'rate', heading: 'openings/s', digits: 0, better: 'more', chart: true },
      { key: 'cpu', heading: 'CPU µs/opening both', digits: 0, better: 'less' },
      { key: 'dialing', heading: 'KiB each, dialing side', digits: 1, better: 'less', chart: true },
      { key: 'dialed', heading: 'KiB each, dialed side', digits: 1, better: 'less', chart: true },
    ],
    entrants: (field, seconds) =>
      manyEntrants(
        { ...field, entered: field.entered.filter(hasOpening) },
        'opening',
        connections,
        seconds,
        (outcome, accepter) => figuresOf(connections, outcome as OpeningOutcome, accepter),
      ),
  };
}

export const openings: readonly Scenario[] = [1, 1000, 10_000].map(opening);

function hasOpening({ contender }: { readonly contender: { readonly name: string } }): boolean {
  return !WITHOUT_OPENING.includes(contender.name);
}

function figuresOf(connections: number, opener: OpeningOutcome, accepter: ServerOutcome): Figures {
  const from = connections === 1 ? 1 : 0;
  const cpu = [opener, accepter].reduce(
    (sum, { samples }) => sum + cpuBetween(samples[from], samples[from + 1]),
    0,
  );
  return {
    rate: opener.opened / opener.seconds,
    cpu: (cpu * 1e6) / opener.opened,
    dialing: kibibytesEach(opener.samples, connections),
    dialed: kibibytesEach(accepter.samples, connections),
  };
}

function kibibytesEach([before, after]: readonly Usage[], connections: number): number {
  return (after.residentBytes - before.residentBytes) / 1024 / connections;
}
