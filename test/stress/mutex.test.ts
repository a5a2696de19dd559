import test, { type ExecutionContext } from 'ava';
import { sharedWords } from '../memory/support.js';
import { runCrew } from './support/crew.js';
import { type ContenderOutcome, type ContenderTask, MutexWord } from './workers/mutex-contender.js';

const THREADS = 4;
const ROUNDS = 20_000;

/** `trying` of the threads use tryLock only, the rest block. */
async function contend(t: ExecutionContext, seed: number, trying: number): Promise<void> {
  const words = sharedWords(3);
  const posts = Array.from({ length: THREADS }, (_, at) => ({
    name: `contender ${at + 1}`,
    module: 'mutex-contender',
    task: { words, rounds: ROUNDS, id: at + 1, seed, trying: at < trying } satisfies ContenderTask,
  }));
  const outcomes = await runCrew<ContenderOutcome>(posts);
  t.log(JSON.stringify({ seed, outcomes }));
  t.is(words[MutexWord.counter], THREADS * ROUNDS, 'an update was lost');
  t.is(sum(outcomes.map(({ intruders }) => intruders)), 0, 'two threads were inside at once');
  t.true(sum(outcomes.map(({ refused }) => refused)) > 0, 'the threads never met');
  t.is(words[MutexWord.lock], 0, 'the mutex was left held');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

test.serial('no update is lost by threads that block', async (t) => {
  await contend(t, 1, 0);
});

test.serial('no update is lost by threads that only try', async (t) => {
  await contend(t, 2, THREADS);
});

test.serial('threads that try do not starve or wake wrongly those that block', async (t) => {
  await contend(t, 3, THREADS / 2);
});
