import { PassThrough } from 'node:stream';
import test from 'ava';
import { describe, LiveView, type ProgressSnapshot } from '#hawser/main/cli/progress-view.js';

const snapshot = (role: 1 | 2, received = 0): ProgressSnapshot => ({
  role,
  nums: 1000,
  sent: 1000,
  received,
  datagramsSent: 12,
  retransmissions: 3,
  smoothedRttMs: 4.04,
});

test('a line of progress tells numbers, datagrams, retransmissions and the round trip', (t) => {
  t.is(
    describe(snapshot(1, 7)),
    'role 1   sent 1000/1000   received    7/1000   datagrams 12   retransmitted 3   rtt 4.0 ms',
  );
  t.true(describe({ ...snapshot(1), smoothedRttMs: null }).endsWith('rtt - ms'));
});

test('on a terminal each role keeps its line, which is refreshed in place', (t) => {
  const terminal = new PassThrough({ encoding: 'utf8' });
  const view = new LiveView(terminal);
  view.show(snapshot(2));
  view.show(snapshot(1));
  terminal.read();
  view.show(snapshot(2, 500));
  const written = String(terminal.read());
  t.true(written.startsWith('\u001B[2A'), 'goes up over both lines');
  t.true(written.indexOf('role 1') < written.indexOf('role 2'));
  t.true(written.includes('received  500/1000'));
});

for (const columns of [80, 0]) {
  test(`on a terminal that says it has ${columns} columns no row wraps, and all rows are erased`, (t) => {
    const terminal = Object.assign(new PassThrough({ encoding: 'utf8' }), { columns });
    const view = new LiveView(terminal);
    view.show(snapshot(1));
    const rows = String(terminal.read()).trimEnd().split('\n');
    t.true(rows.every((row) => row.length < 80));
    t.true(rows.join('').includes('rtt 4.0 ms'), 'nothing is cut off');
    view.show(snapshot(1));
    t.true(String(terminal.read()).startsWith(`\u001B[${rows.length}A`));
  });
}
