/**
 * The real mutex, condition and bell under every schedule of small programs, and on real threads.
 */
import test from 'ava';
import { explore, formatTrace, stress } from '#hawser/lab/index.js';
import * as programs from './programs/primitives.js';

const EXHAUSTED = [
  programs.twoThreads,
  programs.twoThreadsTwice,
  programs.threeThreads,
  programs.trying,
  programs.oneConsumer,
  programs.oneRinger,
  programs.twoRingers,
];

for (const program of EXHAUSTED) {
  test(`${program.name} is proved: no schedule fails`, (t) => {
    const report = explore(program, { mode: 'dpor' });
    t.is(report.verdict, 'proved', report.failure && formatTrace(report.failure.trace));
    t.log(`${report.schedules} schedules`);
  });
}

test('condition-2-consumers: no schedule with up to 3 preemptions fails', (t) => {
  const report = explore(programs.twoConsumers, { mode: 'bounded', bound: 3 });
  t.is(report.verdict, 'passed', report.failure && formatTrace(report.failure.trace));
  t.is(report.boundReached, 3);
});

test('the mutex counts right on real threads', async (t) => {
  const report = await stress(programs.threeThreads, { rounds: 2000 });
  t.is(report.verdict, 'passed');
  t.deepEqual(Object.keys(report.outcomes), ['counter 3']);
});
