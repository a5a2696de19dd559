import test, { type ExecutionContext } from 'ava';
import { sharedWords } from '../memory/support.js';
import { runCrew } from './support/crew.js';
import {
  CAPACITY,
  itemOf,
  type QueueOutcome,
  type QueueTask,
  QueueWord,
} from './workers/queue-user.js';

const ITEMS_PER_PRODUCER = 10_000;
const PRODUCERS = 2;

type Role = QueueTask['role'];

async function trade(t: ExecutionContext, seed: number, takers: readonly Role[]) {
  const words = sharedWords(QueueWord.items + CAPACITY);
  const producers = Array.from({ length: PRODUCERS }, (): Role => 'producer');
  const roles = [...producers, ...takers];
  const common = { words, seed, items: ITEMS_PER_PRODUCER, total: PRODUCERS * ITEMS_PER_PRODUCER };
  const posts = roles.map((role, id) => ({
    name: `${role} ${id}`,
    module: 'queue-user',
    task: { ...common, role, id } satisfies QueueTask,
  }));
  const outcomes = await runCrew<QueueOutcome>(posts);
  const taken = outcomes.map(({ items }) => items).slice(PRODUCERS);
  t.log(
    JSON.stringify({
      seed,
      taken: taken.map((items) => items.length),
      inVain: outcomes.map((o) => o.inVain),
    }),
  );
  t.deepEqual(taken.flat().sort(ascending), everyItem());
  for (const items of taken) inOrderOfEachProducer(t, items);
  t.is(words[QueueWord.notFullWaiters], 0);
  t.is(words[QueueWord.notEmptyWaiters], 0);
  return outcomes;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function everyItem(): number[] {
  return Array.from({ length: PRODUCERS }, (_, producer) =>
    Array.from({ length: ITEMS_PER_PRODUCER }, (_, index) => itemOf(producer, index)),
  ).flat();
}

function inOrderOfEachProducer(t: ExecutionContext, items: readonly number[]): void {
  for (let producer = 0; producer < PRODUCERS; producer++) {
    const own = items.filter((item) => Math.floor(item / itemOf(1, 0)) === producer);
    t.deepEqual(own, [...own].sort(ascending));
  }
}

test.serial(
  'producers and consumers pass every item on once, and none sleeps for ever',
  async (t) => {
    await trade(t, 11, ['consumer', 'consumer']);
  },
);

test.serial('a wake-up whose reason a thief took away is slept over, not believed', async (t) => {
  const outcomes = await trade(t, 12, ['consumer', 'consumer', 'thief']);
  const inVain = outcomes.reduce((total, outcome) => total + outcome.inVain, 0);
  t.true(inVain > 0, 'no wake-up was ever in vain, so nothing was tried');
});
