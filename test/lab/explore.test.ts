import test from 'ava';
import {
  defineProgram,
  explore,
  formatTrace,
  replay,
  type AnyProgram,
  type FailureKind,
} from '#hawser/lab/index.js';
import * as failing from './programs/failing.js';

const EXPECTED: readonly (readonly [AnyProgram, FailureKind, number])[] = [
  [failing.assertion, 'assertion', 1],
  [failing.forbiddenOutcome, 'assertion', 1],
  [failing.invariant, 'invariant', 0],
  [failing.exception, 'exception', 0],
  [failing.deadlock, 'deadlock', 1],
  [failing.livelock, 'livelock', 1],
  [failing.endless, 'step-limit', 0],
  [failing.dataRace, 'data-race', 0],
  [failing.lostWakeUp, 'deadlock', 1],
];

for (const [program, kind, preemptions] of EXPECTED) {
  test(`${program.name}: found as ${kind}, and its token shows it again`, (t) => {
    const { verdict, exhausted, failure } = explore(program);
    t.is(verdict, 'failed');
    t.false(exhausted);
    t.is(failure?.kind, kind);
    t.true(failure!.preemptions <= preemptions, `${failure!.preemptions} preemptions`);
    const again = replay(program, failure!.token).failure;
    t.is(again?.kind, kind);
    t.is(again?.token, failure!.token);
    t.deepEqual(again?.trace, failure!.trace);
  });
}

test('code that does something else when it is run again is told so', (t) => {
  const { failure } = explore(failing.nondeterminism);
  t.is(failure?.kind, 'nondeterminism');
  t.is(failure?.thread, 'a');
});

test('the livelock of polite threads is shown as one short loop', (t) => {
  const { failure } = explore(failing.livelock);
  t.true(failure!.trace.events.length <= 10);
  t.regex(failure!.token, /~\d+\.\d+$/);
});

test('a trace names thread, operation, word, effect and source line', (t) => {
  const { failure } = explore(failing.assertion);
  const event = failure!.trace.events[1];
  t.is(failure!.trace.threads[event.thread], 'b');
  t.is(event.operation, 'load');
  t.is(event.word, 'counter');
  t.is(event.effect, 'reads 0');
  t.true(event.preempts);
  t.regex(event.source!, /failing\.js:\d+:\d+$/);
  t.regex(formatTrace(failure!.trace), /▶ load counter reads 0/);
});

test('a trace shows what is in the memory after a write, not what did not fit', (t) => {
  const program = defineProgram(import.meta.url, {
    name: 'wrapping',
    memory: (memory) => memory.bytes('bytes', 4),
    threads: {
      only: (bytes) => {
        bytes[0] = -45;
        Atomics.store(bytes, 1, 257);
        bytes.set([256, -1], 2);
        Atomics.compareExchange(bytes, 1, 257, 300);
      },
    },
  });
  const effects = replay(program, '1cfi').trace.events.map(({ effect }) => effect);
  t.deepEqual(effects, [':= 211', ':= 1', ':= 0 255', '1 → 44']);
});

test('a wait times out never, only when idle, or at any time', (t) => {
  const outcomes = (timeouts: 'never' | 'idle' | 'any'): string[] => {
    const report = explore(failing.lateNotify, { timeouts, stopAtFirst: false });
    return [...Object.keys(report.outcomes), ...report.failureKinds].sort();
  };
  t.deepEqual(outcomes('never'), ['deadlock', 'ok']);
  t.deepEqual(outcomes('idle'), ['ok', 'timed-out']);
  t.deepEqual(outcomes('any'), ['ok', 'timed-out']);
});

test('a torn copy shows only where copies are split', (t) => {
  const outcomes = (splitBulk: boolean): string[] => {
    const options = { plain: 'interleaved', races: 'ignore', splitBulk, mode: 'dpor' } as const;
    const report = explore(failing.tornCopy, options);
    t.true(report.exhausted);
    return Object.keys(report.outcomes).sort();
  };
  t.deepEqual(outcomes(false), ['0000', '1111']);
  t.true(outcomes(true).includes('1100'));
});

test('a bounded search says that it left schedules out, and so does sampling', (t) => {
  const options = { stopAtFirst: false, minimise: false } as const;
  const bounded = explore(failing.assertion, { ...options, mode: 'bounded', bound: 0 });
  t.deepEqual(Object.keys(bounded.outcomes), ['counter 2']);
  t.deepEqual(bounded.cuts, ['preemption-bound']);
  t.is(bounded.boundReached, 0);
  for (const mode of ['random', 'pct'] as const) {
    const sampled = explore(failing.assertion, { ...options, mode, maxSchedules: 500 });
    t.false(sampled.exhausted);
    t.deepEqual(Object.keys(sampled.outcomes).sort(), ['counter 1', 'counter 2'], mode);
  }
});

test('the same seed samples the same schedules', (t) => {
  const sample = (seed: number): unknown => {
    const report = explore(failing.assertion, {
      mode: 'random',
      seed,
      maxSchedules: 64,
      stopAtFirst: false,
    });
    return [report.outcomes, report.steps];
  };
  t.deepEqual(sample(5), sample(5));
});

test('ignoring races is a cut, unless plain accesses are steps', (t) => {
  const checked = explore(failing.dataRace, { races: 'ignore' });
  t.deepEqual(checked.cuts, ['races-ignored']);
  t.false(checked.exhausted);
  const interleaved = explore(failing.dataRace, { races: 'ignore', plain: 'interleaved' });
  t.is(interleaved.verdict, 'proved');
});

test('a thread that spins is set aside, and that is said', (t) => {
  const program = defineProgram('test', {
    name: 'handshake',
    memory: (memory) => memory.int32('words', ['a', 'b']),
    threads: {
      a: (words) => {
        Atomics.store(words, 0, 1);
        while (Atomics.load(words, 1) === 0);
      },
      b: (words) => {
        while (Atomics.load(words, 0) === 0);
        Atomics.store(words, 1, 1);
      },
    },
  });
  const report = explore(program);
  t.is(report.verdict, 'passed');
  t.deepEqual(report.cuts, ['spin']);
});

test('code that swallows every exception, or cleans up in finally, is suspended all the same', (t) => {
  const swallowing = (words: Int32Array): void => {
    try {
      Atomics.add(words, 0, 1);
      Atomics.add(words, 0, 1);
    } catch {
      // Nothing may come of this.
    } finally {
      Atomics.add(words, 0, 1);
    }
  };
  const program = defineProgram('test', {
    name: 'swallowing',
    memory: (memory) => memory.int32('counter'),
    threads: { a: swallowing, b: swallowing },
    outcome: (words) => String(words[0]),
  });
  const report = explore(program, { mode: 'dfs' });
  t.is(report.verdict, 'proved');
  t.deepEqual(Object.keys(report.outcomes), ['6']);
  t.is(report.schedules, 20);
});

test('options and tokens that make no sense are refused', (t) => {
  const refused = { code: 'ERR_HAWSER_BAD_OPTION' };
  t.throws(() => explore(failing.assertion, { mode: 'fast' as 'dfs' }), refused);
  t.throws(() => explore(failing.assertion, { bound: -1 }), refused);
  t.throws(() => replay(failing.assertion, '1cfi-b4'), refused);
  t.throws(() => defineProgram('test', { name: 'none', memory: () => 0, threads: {} }), refused);
});
