/** The simulator itself: it repeats, its network does what it says, and its judges can say no. */
import test from 'ava';

import { ReceiveWord, SendWord } from '#hawser/shared/memory/layout.js';
import { Agenda } from '#hawser/shared/simulation/agenda.js';
import { CLEAN_LINK, type LinkConditions } from '#hawser/shared/simulation/link-conditions.js';
import { Simulation } from '#hawser/shared/simulation/simulation.js';
import { StreamPattern } from '#hawser/shared/simulation/stream-pattern.js';
import { VirtualLink } from '#hawser/shared/simulation/virtual-link.js';

import { Invariants } from './support/invariants.js';
import { planOf, scenarios } from './support/scenarios.js';
import { play } from './support/verdict.js';

interface Arrival {
  readonly number: number;
  readonly atMicros: number;
}

/** What becomes of `count` datagrams of 100 bytes that are sent at once, each beginning with its number. */
function carry(conditions: Partial<LinkConditions>, count = 1): Arrival[] {
  const agenda = new Agenda();
  const arrivals: Arrival[] = [];
  const link = new VirtualLink(agenda, { ...CLEAN_LINK, ...conditions }, 1, (datagram) => {
    arrivals.push({ number: datagram[0] + 256 * datagram[1], atMicros: agenda.nowMicros });
  });
  for (let i = 0; i < count; i++) link.send(new Uint8Array(100).fill(i, 0, 1).fill(i >> 8, 1, 2));
  while (!agenda.isEmpty) agenda.step();
  return arrivals;
}

function numbers(arrivals: readonly Arrival[]): number[] {
  return arrivals.map(({ number }) => number);
}

test('the same seed gives the same run, event by event', (t) => {
  const run = () => {
    const simulation = new Simulation(planOf(scenarios['everything'], 7));
    const ending = simulation.run();
    const { events, nowMicros } = simulation.agenda;
    const lives = simulation.lives.flat().map((life) => life.statistics());
    return { ending, events, nowMicros, lives, links: simulation.links.map((l) => l.figures) };
  };
  t.deepEqual(run(), run());
});

test('actions happen in the order of their moments, then in the order they were put down', (t) => {
  const agenda = new Agenda();
  const seen: string[] = [];
  const see = (text: string) => () => {
    seen.push(text);
  };
  for (const at of [5, 3, 9, 3, 1, 9, 5]) agenda.at(at, see(`${at}`));
  agenda.at(3, () => {
    agenda.at(1, see('late'));
  });
  while (!agenda.isEmpty) agenda.step();
  t.deepEqual(seen, ['1', '3', '3', 'late', '5', '5', '9', '9']);
  t.is(agenda.nowMicros, 9);
});

test('a clean link delays and does nothing else', (t) => {
  const arrivals = carry({ delayMicros: 70 }, 300);
  t.deepEqual(numbers(arrivals), [...Array(300).keys()]);
  t.true(arrivals.every(({ atMicros }) => atMicros === 70));
});

test('a lossy link loses about as many as it should', (t) => {
  const { length } = carry({ lossRate: 0.3 }, 10_000);
  t.true(Math.abs(length - 7_000) < 200, `${length}`);
});

test('jitter reorders but keeps everything', (t) => {
  const arrived = numbers(carry({ maximumDeliveryDelayMicros: 1_000 }, 300));
  t.notDeepEqual(arrived, [...Array(300).keys()]);
  t.deepEqual(
    arrived.toSorted((a, b) => a - b),
    [...Array(300).keys()],
  );
});

test('a bottleneck spaces datagrams out, and drops what has no room to wait', (t) => {
  const arrivals = carry({ delayMicros: 0, bytesPerSecond: 1e6, queueBytes: 1_000 }, 20);
  t.deepEqual(
    arrivals.map(({ atMicros }) => atMicros),
    [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000],
  );
});

test('in a blackout nothing gets through', (t) => {
  t.deepEqual(carry({ blackouts: [{ fromMicros: 0, untilMicros: 1 }] }, 20), []);
  t.is(carry({ blackouts: [{ fromMicros: 1, untilMicros: 2 }] }, 20).length, 20);
});

test('the pattern of a stream shows a shift, a flip, and another stream', (t) => {
  const pattern = new StreamPattern(1);
  const bytes = new Uint8Array(500);
  pattern.fill(bytes, 1_000);
  t.is(pattern.mismatch(bytes, 1_000), -1);
  t.true(pattern.mismatch(bytes, 1_064) >= 0);
  t.true(new StreamPattern(2).mismatch(bytes, 1_000) >= 0);
  bytes[321] ^= 4;
  t.is(pattern.mismatch(bytes, 1_000), 321);
});

test('a byte damaged in memory is noticed by the reader', (t) => {
  let damaged = false;
  const simulation = new Simulation(planOf(scenarios['clean'], 3), ({ endpoint }) => {
    const { receive, bytes, offsets, geometry } = endpoint.memory;
    const [first, next] = [receive[ReceiveWord.readNext], receive[ReceiveWord.receiveNext]];
    if (damaged || first === next) return;
    damaged = true;
    bytes[offsets.receivePayload + (next - 1) * geometry.slotBytes] ^= 1;
  });
  simulation.run();
  t.true(damaged);
  t.true(simulation.lives.flat().some(({ progress }) => progress.wrongAt !== undefined));
});

test('a wrong count is noticed at once', (t) => {
  const invariants = new Invariants();
  const simulation = new Simulation(planOf(scenarios['clean'], 3), (life, world) => {
    const { send } = life.endpoint.memory;
    if (send[SendWord.inFlightCount] > 3) send[SendWord.inFlightCount] += 1;
    invariants.check(life, world);
  });
  t.throws(() => simulation.run(), { message: /invariant/ });
});

test('a connection that never ends is noticed', (t) => {
  const plan = planOf(scenarios['clean'], 3);
  const { complaints } = play({ ...plan, limitMicros: 1_000 }, { success: true });
  t.true(complaints.some((text) => text.includes('does not end')));
});
