/**
 * What a program's own checks may do: read. And what is said where something else outlives a run.
 */
import test from 'ava';
import { check, defineProgram, explore, replay, type AnyProgram } from '#hawser/lab/index.js';

const here = import.meta.url;

const increment = (words: Int32Array): void => {
  Atomics.add(words, 0, 1);
};

const WRITING: readonly AnyProgram[] = [
  defineProgram(here, {
    name: 'writes-in-final',
    memory: (memory) => memory.int32('words', ['counter', 'checked']),
    threads: { a: increment, b: increment },
    final: (words) => {
      words[1] += 1;
      check(words[1] === 1, 'checked twice');
    },
  }),
  defineProgram(here, {
    name: 'writes-in-outcome',
    memory: (memory) => memory.int32('words', ['counter', 'checked']),
    threads: { a: increment, b: increment },
    outcome: (words) => String(Atomics.add(words, 1, 1)),
  }),
  defineProgram(here, {
    name: 'writes-in-invariant',
    memory: (memory) => memory.int32('words', ['counter', 'checked']),
    threads: { a: increment, b: increment },
    invariant: (words) => {
      words[1] = words[0];
    },
  }),
];

for (const program of WRITING) {
  test(`${program.name}: told so, with the word, and its token shows it again`, (t) => {
    const { failure } = explore(program);
    t.is(failure?.kind, 'nondeterminism');
    t.regex(failure!.message, /has written to checked: .* must only read/);
    t.deepEqual(replay(program, failure!.token).failure, failure);
  });
}

test('what a check wrote is undone for the schedules that follow', (t) => {
  const seen = new Set<number>();
  const program = defineProgram(here, {
    name: 'writes-and-goes-on',
    memory: (memory) => memory.int32('counter'),
    threads: { a: increment, b: increment },
    final: (words) => {
      seen.add(words[0]);
      words[0] = 7;
    },
  });
  explore(program, { mode: 'dfs', stopAtFirst: false });
  t.deepEqual([...seen], [2]);
});

test('a failure that the same schedule does not show again is called what it is', (t) => {
  let runs = 0;
  const program = defineProgram(here, {
    name: 'fails-once',
    memory: (memory) => memory.int32('counter'),
    threads: { a: increment, b: increment },
    final: () => {
      runs += 1;
      check(runs !== 2, 'the second run');
    },
  });
  const { failure } = explore(program, { mode: 'dfs' });
  t.is(failure?.kind, 'nondeterminism');
  t.regex(failure!.message, /\(assertion\) does not repeat/);
});
