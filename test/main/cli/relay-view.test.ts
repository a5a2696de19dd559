import test from 'ava';
import { liveLines, summaryLines } from '#hawser/main/cli/relay-view.js';
import type { DirectionReport, RelayReport } from '#hawser/shared/relay/report.js';
import { zeroCounters } from '#hawser/shared/net/path/counters.js';

const NO_DELAY = { medianMs: 0, p99Ms: 0, maximumMs: 0 };

function direction(counts: Partial<DirectionReport>): DirectionReport {
  return { ...zeroCounters(), queueing: NO_DELAY, ...counts };
}

function report(changes: Partial<RelayReport>): RelayReport {
  return {
    elapsedMs: 1000,
    clients: { active: 2, total: 3, refused: 0 },
    underWay: 0,
    overflowed: 0,
    sendFailures: 0,
    unreachable: 0,
    lateness: NO_DELAY,
    up: direction({}),
    down: direction({}),
    ...changes,
  };
}

test('live lines tell rates since the last report, and counts from the beginning', (t) => {
  const before = report({ up: direction({ deliveredBytes: 1e6, delivered: 1000, lost: 5 }) });
  const now = report({
    elapsedMs: 1500,
    up: direction({ deliveredBytes: 2e6, delivered: 1500, lost: 7 }),
  });
  const [up, down] = liveLines(now, before);
  t.regex(up, /^up +16\.0 Mbit\/s +1000 datagrams\/s +lost 7 /);
  t.regex(down, /^down +0\.0 Mbit\/s .*clients 2$/);
  t.regex(liveLines(now, undefined)[0], /10\.7 Mbit\/s/);
});

test('the summary has a column a direction, and names what no network did', (t) => {
  const calm = summaryLines(report({ up: direction({ sent: 12 }), down: direction({ sent: 34 }) }));
  t.true(calm.some((line) => /^datagrams in +12 +34$/.test(line)));
  t.is(calm.length, 1 + 13 + 1);
  const troubled = summaryLines(report({ overflowed: 4, unreachable: 2 }));
  t.deepEqual(troubled.slice(-2), [
    '4 datagrams found no room in the relay',
    '2 times nobody was there',
  ]);
});
