import test, { type ExecutionContext } from 'ava';
import { sharedWords } from '../memory/support.js';
import { runCrew } from './support/crew.js';
import { itemOf, type QueueOutcome, type QueueTask, QueueWord } from './workers/queue-user.js';

const ITEMS_PER_PRODUCER = 8_000;

type Role = QueueTask['role'];

interface Market {
  readonly seed: number;
  readonly producers: number;
  readonly takers: readonly Role[];
  readonly capacity: number;
}

async function trade(t: ExecutionContext, { seed, producers, takers, capacity }: Market) {
  const words = sharedWords(QueueWord.items + capacity);
  const makers = Array.from({ length: producers }, (): Role => 'producer');
  const total = producers * ITEMS_PER_PRODUCER;
  const common = { words, seed, items: ITEMS_PER_PRODUCER, total, capacity };
  const posts = [...makers, ...takers].map((role, id) => ({
    name: `${role} ${id}`,
    module: 'queue-user',
    task: { ...common, role, id } satisfies QueueTask,
  }));
  const outcomes = await runCrew<QueueOutcome>(posts);
  const taken = outcomes.map(({ items }) => items).slice(producers);
  t.log(JSON.stringify({ seed, taken: taken.map((items) => items.length) }));
  t.log(JSON.stringify({ wokenInVain: outcomes.map(({ inVain }) => inVain) }));
  t.deepEqual(taken.flat().sort(ascending), everyItemOf(producers));
  for (const items of taken) inOrderOfEachProducer(t, producers, items);
  t.is(words[QueueWord.notFullWaiters], 0);
  t.is(words[QueueWord.notEmptyWaiters], 0);
  return outcomes;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function everyItemOf(producers: number): number[] {
  return Array.from({ length: producers }, (_, producer) =>
    Array.from({ length: ITEMS_PER_PRODUCER }, (_, index) => itemOf(producer, index)),
  ).flat();
}

function inOrderOfEachProducer(
  t: ExecutionContext,
  producers: number,
  items: readonly number[],
): void {
  for (let producer = 0; producer < producers; producer++) {
    const own = items.filter((item) => Math.floor(item / itemOf(1, 0)) === producer);
    t.deepEqual(own, [...own].sort(ascending));
  }
}

test.serial(
  'between one producer and one consumer no wake-up may be lost, and none is',
  async (t) => {
    await trade(t, { seed: 10, producers: 1, takers: ['consumer'], capacity: 1 });
  },
);

test.serial(
  'producers and consumers pass every item on once, and none sleeps for ever',
  async (t) => {
    await trade(t, { seed: 11, producers: 2, takers: ['consumer', 'consumer'], capacity: 3 });
  },
);

test.serial('a wake-up whose reason a thief took away is slept over, not believed', async (t) => {
  const takers: Role[] = ['consumer', 'consumer', 'thief'];
  const outcomes = await trade(t, { seed: 12, producers: 2, takers, capacity: 3 });
  const inVain = outcomes.reduce((total, outcome) => total + outcome.inVain, 0);
  t.true(inVain > 0, 'no wake-up was ever in vain, so nothing was tried');
});
