/** Path MTU discovery seen from one side: what it asks, and what it makes of the answers. */
import test from 'ava';

import { SendWord } from '#hawser/shared/memory/layout.js';
import { PathState } from '#hawser/shared/transport/path-mtu/path-mtu.js';
import { nextProbeBytes } from '#hawser/shared/transport/path-mtu/search.js';

import { OneSide } from './support/one-side.js';
import type { Sent } from './support/recorder.js';

const LARGEST = 9000;
const FULL = 1168;

/** A side whose path is taken to carry 1200 bytes, with slots for the largest. */
function side(): OneSide {
  const settings = { maximumDatagramBytes: LARGEST, initialDatagramBytes: 1200, nagle: false };
  return OneSide.established(settings, 32, LARGEST - 40);
}

function probesAmong(sent: readonly Sent[]): Sent[] {
  return sent.filter(({ token }) => token?.kind === 'challenge');
}

/** Its first full segment has arrived: the search begins. */
function searching(): { one: OneSide; probe: Sent } {
  const one = side();
  one.write(FULL);
  one.sent();
  one.hearAck(1);
  const [probe] = probesAmong(one.sent());
  return { one, probe };
}

function answer(one: OneSide, { token }: Sent): void {
  if (token === undefined) throw new Error('not a probe');
  one.hear({ cumulativeAck: 1, token: { kind: 'response', bytes: token.bytes } });
}

test('segments are cut for the path, however much a slot holds', (t) => {
  const one = side();
  one.write(3 * FULL);
  t.deepEqual(
    one.sent().map(({ payloadBytes }) => payloadBytes),
    [FULL, FULL, FULL],
  );
});

test('the first full segment that arrives begins the search, with a datagram of Ethernet', (t) => {
  const one = side();
  one.write(100);
  one.hearAck(1);
  t.deepEqual(probesAmong(one.sent()), []);
  one.write(FULL);
  one.hearAck(2);
  t.deepEqual(
    probesAmong(one.sent()).map(({ bytes }) => bytes),
    [1472],
  );
});

test('an answer is used at once, and the next size is asked for', (t) => {
  const { one, probe } = searching();
  answer(one, probe);
  t.is(one.statistics.pathDatagramBytes, 1472);
  t.deepEqual(
    probesAmong(one.sent()).map(({ bytes }) => bytes),
    [LARGEST],
  );
  one.write(1440);
  t.is(one.sent()[0].payloadBytes, 1440);
});

test('a probe goes three times before its size is given up, while others get through', (t) => {
  const { one } = searching();
  const sizes: number[] = [];
  for (let i = 0; i < 4; i++) {
    one.pass(1);
    one.hear({ cumulativeAck: 1 });
    one.pass(one.timeoutMs);
    sizes.push(...probesAmong(one.sent()).map(({ bytes }) => bytes));
  }
  t.deepEqual(sizes.slice(0, 3), [1472, 1472, 1452]);
});

test('while nothing is heard at all, silence says nothing about one size', (t) => {
  const { one } = searching();
  one.pass(5_000);
  t.is(one.count('pathProbesLost'), 0);
});

test('a late answer to a probe that was given up counts all the same', (t) => {
  const { one, probe } = searching();
  for (let i = 0; i < 4; i++) {
    one.pass(1);
    one.hear({ cumulativeAck: 1 });
    one.pass(one.timeoutMs);
  }
  one.sent();
  answer(one, probe);
  t.is(one.statistics.pathDatagramBytes, 1472);
});

test('an answer to what could not have been asked is ignored', (t) => {
  const { one } = searching();
  for (const bytes of ['ffff', '', '05', '05c000', '0000']) {
    one.hear({ cumulativeAck: 1, token: { kind: 'response', bytes } });
  }
  t.is(one.statistics.pathDatagramBytes, 1200);
});

test('what a smaller path does not carry whole goes again in parts, with the same number', (t) => {
  const { one, probe } = searching();
  answer(one, probe);
  one.write(1440);
  one.sent();
  for (let timeouts = 0; one.count('partsSent') === 0 && timeouts < 10; timeouts++) one.pass(5_000);
  const parts = one.sent().filter(({ part }) => part !== undefined);
  t.deepEqual(
    parts
      .slice(0, 2)
      .sort((a, b) => a.part!.offset - b.part!.offset)
      .map(({ segmentNumber, part, payloadBytes }) => [segmentNumber, part, payloadBytes]),
    [
      [1, { offset: 0, totalBytes: 1440 }, 720],
      [1, { offset: 720, totalBytes: 1440 }, 720],
    ],
  );
  t.is(one.count('pathBlackHoles'), 1);
});

test('a challenge is answered at once, with its bytes and without its padding', (t) => {
  const one = OneSide.established();
  one.hear({ cumulativeAck: 0, token: { kind: 'challenge', bytes: 'c0ffee' }, payload: 900 });
  const [response] = one.sent();
  t.deepEqual(response.token, { kind: 'response', bytes: 'c0ffee' });
  t.true(response.bytes < 30);
});

test('parts are put together in any order, and only the whole is acknowledged', (t) => {
  const one = OneSide.established();
  const part = (offset: number, payload: number) => ({
    segmentNumber: 0,
    payload,
    fin: true as const,
    part: { offset, totalBytes: 60 },
  });
  one.hear({ cumulativeAck: 0, ...part(40, 20) }, { cumulativeAck: 0, ...part(0, 8) });
  one.pass(100);
  t.is(one.read(), 0);
  one.hear({ cumulativeAck: 0, ...part(8, 40) });
  t.is(one.read(), 60);
  one.pass(100);
  t.is(one.sent().at(-1)?.cumulativeAck, 1);
});

test('the whole segment may come instead of its last part, and a part again after it', (t) => {
  const one = OneSide.established();
  const part = { segmentNumber: 0, payload: 8, part: { offset: 0, totalBytes: 16 } };
  one.hear({ cumulativeAck: 0, ...part });
  one.hear({ cumulativeAck: 0, segmentNumber: 0, payload: 16 });
  one.hear({ cumulativeAck: 0, ...part });
  t.is(one.read(), 16);
  t.is(one.read(), 0);
});

test('a size that the first link refuses is given up without waiting', (t) => {
  const { one } = searching();
  one.refuseAbove(1300);
  one.pass(1);
  one.hear({ cumulativeAck: 1 });
  one.pass(one.timeoutMs);
  const [probe] = probesAmong(one.sent());
  t.true(probe.bytes <= 1300);
  t.is(one.memory.send[SendWord.pathState], PathState.searching);
});

test('a size in use that the first link refuses from now on is left at once', (t) => {
  const { one, probe } = searching();
  answer(one, probe);
  one.sent();
  one.refuseAbove(1300);
  one.write(1440);
  t.is(one.statistics.pathDatagramBytes, 1200);
  one.pass(5_000);
  t.true(one.sent().some(({ part }) => part !== undefined));
});

test('the search ends near the truth, wherever it lies', (t) => {
  for (const top of [1300, 1472, 9000, 65_504]) {
    for (let truth = 1200; truth <= top; truth += 37) {
      let [floor, ceiling, probes] = [1200, top + 1, 0];
      for (;;) {
        const size = nextProbeBytes(floor, ceiling, top);
        if (size === 0) break;
        t.true(size > floor && size < ceiling);
        probes += 1;
        if (size <= truth) floor = size;
        else ceiling = size;
      }
      t.true(floor <= truth && floor >= truth * 0.96 - 16, `${truth} of ${top}: ${floor}`);
      t.true(probes <= 14, `${probes} probes`);
    }
  }
});

test('what the peer would not take whole goes whole until it knows us: a part cannot open', (t) => {
  const one = new OneSide({ nagle: false, maximumDatagramBytes: 1472 }, 32, 1440);
  one.write(1440);
  t.is(one.sent()[0].payloadBytes, 1440);
  const opening = { ...one.openingOfPeer(), maximumDatagramBytes: 512 };
  one.hear({ opening, destinationConnectionId: 0 });
  one.sent();
  one.pass(5_000);
  const early = one.sent().filter(({ segmentNumber }) => segmentNumber === 0);
  t.true(early.length > 0);
  for (const { opening: tells, part, payloadBytes } of early) {
    t.truthy(tells);
    t.is(part, undefined);
    t.is(payloadBytes, 1440);
  }
  one.hear({ cumulativeAck: 0 });
  one.sent();
  one.pass(10_000);
  const later = one.sent().filter(({ segmentNumber }) => segmentNumber === 0);
  t.true(later.length > 0);
  for (const { part, bytes } of later) {
    t.truthy(part);
    t.true(bytes <= 512);
  }
});

test('a report of gaps is no larger than what the path carries', (t) => {
  const settings = { maximumDatagramBytes: 512, initialDatagramBytes: 512, nagle: false };
  const one = OneSide.established(settings, 2048, 480);
  for (let number = 1; number < 900; number += 2) one.hear({ segmentNumber: number });
  const reports = one.sent();
  t.true(reports.some(({ sack = [] }) => sack.length > 200));
  for (const { bytes } of reports) t.true(bytes <= 512, `${bytes}`);
});
