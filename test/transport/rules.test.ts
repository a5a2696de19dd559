/**
 * A peer that breaks a rule of docs/wire-format.md, B.12, is reset with the name of the rule; and what
 * honest peers, accidents and strangers do breaks none.
 */
import test, { type ExecutionContext } from 'ava';

import { failureOf } from '#hawser/shared/memory/failure.js';
import { PortCounter } from '#hawser/shared/memory/layout.js';
import { State } from '#hawser/shared/transport/connection-state.js';
import type { TransportSettings } from '#hawser/shared/transport/settings.js';
import { Integrity } from '#hawser/shared/wire/segment.js';
import { reasonFor, type Rule, ruleIn, RULES } from '#hawser/shared/transport/rules.js';

import { type Heard, OneSide, OUR_ID, PEER_ID } from './support/one-side.js';

const data = (segmentNumber: number, more: Heard = {}): Heard => ({
  cumulativeAck: 0,
  segmentNumber,
  payload: 64,
  ...more,
});
const end = { fin: true } as const;

interface Breach {
  readonly rule: Rule;
  readonly title: string;
  /** What the peer does, each in a batch of its own; the last is the violation. */
  readonly heard: (side: OneSide) => readonly Heard[];
  /** Segments that we have sent before. */
  readonly sent?: number;
  readonly settings?: Partial<TransportSettings>;
}

const breaches: readonly Breach[] = [
  {
    rule: 'size',
    title: 'a segment larger than the openings allow',
    heard: () => [data(0, { payload: 1441 })],
  },
  {
    rule: 'size',
    title: 'a part of a segment larger than the openings allow',
    heard: () => [data(0, { payload: 8, part: { offset: 0, totalBytes: 1441 } })],
  },
  {
    rule: 'size',
    title: 'a datagram larger than our opening allows',
    heard: () => [{ cumulativeAck: 0, token: { kind: 'challenge', bytes: '00' }, payload: 1473 }],
  },
  ...(['maximumDatagramBytes', 'windowSegments'] as const).map((field): Breach => {
    const other = { maximumDatagramBytes: 1300, windowSegments: 17 };
    return {
      rule: 'opening',
      title: `an opening whose ${field} is another than before`,
      heard: (side) => [
        { cumulativeAck: 0, opening: { ...side.openingOfPeer(), [field]: other[field] } },
      ],
    };
  }),
  {
    rule: 'opening',
    title: 'an opening that would do without a check after one that would not',
    heard: (side) => [
      { cumulativeAck: 0, opening: { ...side.openingOfPeer(), integrity: 'none' } },
    ],
    settings: { integrity: Integrity.none },
  },
  {
    rule: 'early',
    title: 'a segment with an opening and 64 before it under way',
    heard: (side) => [data(64, { opening: side.openingOfPeer() })],
  },
  { rule: 'window', title: 'a segment beyond the window', heard: () => [data(128)] },
  {
    rule: 'windowEdge',
    title: 'an acknowledgment that takes room back',
    heard: () => [{ cumulativeAck: 1, windowSegments: 126 }],
    sent: 1,
  },
  {
    rule: 'afterFin',
    title: 'data after the end',
    heard: () => [data(0, end), data(1)],
  },
  {
    rule: 'afterFin',
    title: 'an end after the end',
    heard: () => [data(0, end), data(1, { ...end, payload: 0 })],
  },
  {
    rule: 'fin',
    title: 'a second end at an earlier number',
    heard: () => [data(2, end), data(1, end)],
  },
  {
    rule: 'fin',
    title: 'an end below data that has come',
    heard: () => [data(5), data(3, end)],
  },
  {
    rule: 'changed',
    title: 'an end that comes only with a repetition',
    heard: () => [data(0), data(0, end)],
  },
  {
    rule: 'changed',
    title: 'a repetition without the end it had',
    heard: () => [data(0, end), data(0)],
  },
  {
    rule: 'changed',
    title: 'a repetition of another length',
    heard: () => [data(1), data(1, { payload: 63 })],
  },
  {
    rule: 'parts',
    title: 'parts that disagree about the length of their segment',
    heard: () => [
      data(0, { payload: 8, part: { offset: 0, totalBytes: 16 } }),
      data(0, { payload: 8, part: { offset: 8, totalBytes: 24 } }),
    ],
  },
  {
    rule: 'parts',
    title: 'parts only one of which has the end',
    heard: () => [
      data(0, { payload: 8, part: { offset: 0, totalBytes: 16 } }),
      data(0, { payload: 8, part: { offset: 8, totalBytes: 16 }, ...end }),
    ],
  },
  {
    rule: 'parts',
    title: 'a whole segment of another length than its parts have said',
    heard: () => [data(0, { payload: 8, part: { offset: 0, totalBytes: 16 } }), data(0)],
  },
  {
    rule: 'acknowledgment',
    title: 'an acknowledgment of what was never sent',
    heard: () => [{ cumulativeAck: 3 }],
    sent: 2,
  },
  {
    rule: 'report',
    title: 'a range that reaches beyond what was sent',
    heard: () => [{ cumulativeAck: 0, sack: [[1, 3]] }],
    sent: 2,
  },
  {
    rule: 'report',
    title: 'a duplicate of what was never sent',
    heard: () => [{ cumulativeAck: 0, duplicates: [2] }],
    sent: 2,
  },
];

function established(changes: Partial<TransportSettings> = {}): OneSide {
  return OneSide.established({ windowSegments: 128, nagle: false, ...changes }, 256);
}

/** Plays the breach up to, and with, the violation. */
function breach(side: OneSide, { heard, sent = 0 }: Breach, change: Heard = {}): void {
  side.writeSegments(sent);
  const before = heard(side);
  before.slice(0, -1).forEach((segment) => {
    side.hear(segment);
  });
  side.sent();
  side.hear({ ...before[before.length - 1], ...change });
}

function violationsOf(side: OneSide): number {
  return side.memory.portCounters[PortCounter.violations];
}

function isUnharmed(t: ExecutionContext, side: OneSide): void {
  t.not(side.state, State.closed);
  t.is(failureOf(side.memory), undefined);
}

for (const each of breaches) {
  test(`${each.title} breaks the rule "${each.rule}"`, (t) => {
    const side = established(each.settings);
    breach(side, each);
    t.is(side.state, State.closed);
    const failure = failureOf(side.memory);
    t.is(failure?.code, 'ERR_HAWSER_PROTOCOL_VIOLATION');
    t.true(failure?.message.includes(`rule "${each.rule}": ${RULES[each.rule]}`));
    const resets = side.sent().filter(({ reset }) => reset !== undefined);
    const reset = { reason: reasonFor(each.rule), rejectedConnectionId: OUR_ID };
    t.deepEqual(
      resets.map(({ reset: said }) => said),
      [reset],
    );
    t.is(violationsOf(side), 1);
  });
}

test('no rule is without a breach of it here', (t) => {
  const broken = new Set(breaches.map(({ rule }) => rule));
  t.deepEqual([...broken].sort(), (Object.keys(RULES) as Rule[]).sort());
});

test('whoever is reset for a violation is told the rule', (t) => {
  const side = established();
  const reset = { reason: reasonFor('afterFin'), rejectedConnectionId: PEER_ID };
  side.hear({ cumulativeAck: 0, reset });
  const failure = failureOf(side.memory);
  t.is(failure?.code, 'ERR_HAWSER_RESET_BY_PEER');
  t.regex(failure?.message ?? '', /rule "afterFin": nothing follows the end/);
});

test('a reason that names no rule of ours is no rule', (t) => {
  t.is(ruleIn(2), undefined);
  t.is(ruleIn(255), undefined);
});

const alsoWithoutCheck = breaches.filter(({ settings }) => settings === undefined);

for (const each of breaches) {
  test(`who does not name our ID ends nothing: ${each.title}`, (t) => {
    const side = established(each.settings);
    // Without our ID only an opening passes at all.
    breach(side, each, { destinationConnectionId: 0, opening: side.openingOfPeer() });
    isUnharmed(t, side);
  });
}

for (const each of alsoWithoutCheck) {
  test(`where nothing is checked, damage ends nothing: ${each.title}`, (t) => {
    const side = new OneSide({ windowSegments: 128, nagle: false, integrity: Integrity.none }, 256);
    const opening = { ...side.openingOfPeer(), integrity: 'none' as const };
    side.hear({ opening, cumulativeAck: 0 });
    breach(side, each);
    isUnharmed(t, side);
    t.true(violationsOf(side) > 0);
  });
}

test('segments sent before our window was known may lie beyond it', (t) => {
  const side = OneSide.established({ windowSegments: 16 }, 16);
  side.hear(data(63));
  isUnharmed(t, side);
  t.is(side.statistics.beyondWindow, 1);
  t.is(violationsOf(side), 0);
});

test('an old acknowledgment with its smaller window, come late, is none', (t) => {
  const side = established();
  side.writeSegments(2);
  side.hear({ cumulativeAck: 2, windowSegments: 128 });
  side.hear({ cumulativeAck: 1, windowSegments: 127 }, { cumulativeAck: 2, windowSegments: 126 });
  isUnharmed(t, side);
  t.is(violationsOf(side), 0);
});

test('what came before comes again, late and in any order, and breaks nothing', (t) => {
  const side = established();
  const all = [data(0), data(1), data(2), data(3, end)];
  side.hear(...all, ...[...all].reverse());
  side.read();
  side.hear(...all);
  isUnharmed(t, side);
  t.is(violationsOf(side), 0);
});

test('a peer that keeps to the window it was told is never beyond it, whoever has told it', (t) => {
  const side = established({ acknowledgeEvery: 1, windowSegments: 8, initialWindowSegments: 8 });
  let edge = 64;
  for (let number = 0; number < 400; number++) {
    t.true(number < edge);
    side.hear(data(number));
    if (number % 3 === 0) side.read();
    for (const { cumulativeAck = 0, windowSegments = 8 } of side.sent()) {
      edge = Math.max(edge, cumulativeAck + windowSegments);
    }
  }
  isUnharmed(t, side);
});
