/**
 * Producers and consumers of a bounded queue: one mutex, two conditions, the textbook case. A thief
 * takes items without ever waiting, so that a woken consumer finds its item gone.
 */
import { Condition } from '#hawser/shared/memory/condition.js';
import { type Held, Mutex } from '#hawser/shared/memory/mutex.js';
import { member, Pauses } from '../support/member.js';

/** Words before the ring of items. */
export const QueueWord = {
  lock: 0,
  notFullSequence: 1,
  notFullWaiters: 2,
  notEmptySequence: 3,
  notEmptyWaiters: 4,
  put: 5,
  taken: 6,
  items: 7,
} as const;

export interface QueueTask {
  readonly words: Int32Array;
  readonly role: 'producer' | 'consumer' | 'thief';
  readonly id: number;
  readonly seed: number;
  /** Items a producer makes. */
  readonly items: number;
  /** Items of all producers. */
  readonly total: number;
  /** Items the queue holds; with 1 each wake-up matters. */
  readonly capacity: number;
}

export interface QueueOutcome {
  /** Items taken, in order. */
  readonly items: readonly number[];
  /** Wake-ups after which the predicate did not hold. */
  readonly inVain: number;
}

/** The number of an item says who made it. */
export function itemOf(producer: number, index: number): number {
  return producer * 1_000_000 + index;
}

/** Gives the waker every chance between the unlock of a waiter and its sleep. */
class DawdlingMutex extends Mutex<'queue'> {
  constructor(
    words: Int32Array,
    private readonly pauses: Pauses,
  ) {
    super(words, QueueWord.lock);
  }

  override unlock(held: Held<'queue'>): void {
    super.unlock(held);
    this.pauses.pause();
  }
}

class Queue {
  readonly mutex: Mutex<'queue'>;
  readonly #notFull: Condition<'queue'>;
  readonly #notEmpty: Condition<'queue'>;
  inVain = 0;

  constructor(
    private readonly words: Int32Array,
    private readonly total: number,
    private readonly capacity: number,
    pauses: Pauses,
  ) {
    const { notFullSequence, notFullWaiters } = QueueWord;
    this.mutex = new DawdlingMutex(words, pauses);
    this.#notFull = new Condition(words, notFullSequence, notFullWaiters, this.mutex);
    const { notEmptySequence, notEmptyWaiters } = QueueWord;
    this.#notEmpty = new Condition(words, notEmptySequence, notEmptyWaiters, this.mutex);
  }

  put(held: Held<'queue'>, item: number): void {
    this.#wait(held, this.#notFull, () => this.#count() < this.capacity);
    this.words[this.#place(QueueWord.put)] = item;
    this.words[QueueWord.put] += 1;
    this.#notEmpty.broadcast(held);
  }

  /** The next item, or undefined if all have been taken. */
  take(held: Held<'queue'>): number | undefined {
    this.#wait(held, this.#notEmpty, () => this.#count() > 0 || this.isOver(held));
    return this.steal(held);
  }

  /** The same, but never waits. */
  steal(held: Held<'queue'>): number | undefined {
    if (this.#count() === 0) return undefined;
    const item = this.words[this.#place(QueueWord.taken)];
    this.words[QueueWord.taken] += 1;
    this.#notFull.broadcast(held);
    if (this.isOver(held)) this.#notEmpty.broadcast(held);
    return item;
  }

  isOver(_held: Held<'queue'>): boolean {
    return this.words[QueueWord.taken] === this.total;
  }

  #wait(held: Held<'queue'>, condition: Condition<'queue'>, predicate: () => boolean): void {
    let looks = 0;
    condition.waitFor(held, () => {
      looks += 1;
      const holds = predicate();
      if (!holds && looks > 1) this.inVain += 1;
      return holds;
    });
  }

  #count(): number {
    return this.words[QueueWord.put] - this.words[QueueWord.taken];
  }

  #place(counter: number): number {
    return QueueWord.items + (this.words[counter] % this.capacity);
  }
}

function produce(queue: Queue, { id, items }: QueueTask, pauses: Pauses): number[] {
  for (let index = 0; index < items; index++) {
    queue.mutex.hold((held) => {
      queue.put(held, itemOf(id, index));
    });
    pauses.pause();
  }
  return [];
}

function consume(queue: Queue, steals: boolean, pauses: Pauses): number[] {
  const items: number[] = [];
  let over = false;
  while (!over) {
    queue.mutex.hold((held) => {
      const item = steals ? queue.steal(held) : queue.take(held);
      if (item !== undefined) items.push(item);
      over = queue.isOver(held);
    });
    pauses.pause();
  }
  return items;
}

void member((task: QueueTask): QueueOutcome => {
  const pauses = new Pauses(task.seed, task.id);
  const queue = new Queue(task.words, task.total, task.capacity, pauses);
  const items =
    task.role === 'producer'
      ? produce(queue, task, pauses)
      : consume(queue, task.role === 'thief', pauses);
  return { items, inVain: queue.inVain };
});
