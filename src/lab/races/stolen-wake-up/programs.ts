/**
 * The send window is full and the application waits for a slot. An acknowledgment frees one and wakes
 * it; but before it has the lock again, the stream is closed, and the FIN takes the slot.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';
import { Condition } from '../../../shared/memory/condition.js';
import { type Held, Mutex } from '../../../shared/memory/mutex.js';

const WORDS = ['lock', 'changeSequence', 'changeWaiters', 'freeSlots', 'finQueued'];
const LOCK = 0;
const SEQUENCE = 1;
const WAITERS = 2;
const FREE_SLOTS = 3;
const FIN_QUEUED = 4;

interface Shared {
  readonly words: Int32Array;
  readonly mutex: Mutex<'send'>;
  readonly changed: Condition<'send'>;
}

/** True if there is a slot to fill, false if the stream has ended. Needs the lock. */
type WaitForRoom = (shared: Shared, held: Held<'send'>) => boolean;

function writing(
  name: string,
  summary: string,
  waitForRoom: WaitForRoom,
): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => {
      const words = memory.int32('send', WORDS);
      const mutex = new Mutex<'send'>(words, LOCK);
      return { words, mutex, changed: new Condition(words, SEQUENCE, WAITERS, mutex) };
    },
    threads: {
      application: (shared) => {
        const held = shared.mutex.lock();
        const mayWrite = waitForRoom(shared, held);
        if (mayWrite) shared.words[FREE_SLOTS] -= 1;
        shared.mutex.unlock(held);
        return mayWrite;
      },
      background: (shared) => {
        acknowledge(shared);
        close(shared);
      },
    },
    invariant: ({ words }) => {
      check(words[FREE_SLOTS] >= 0, `${words[FREE_SLOTS]} free slots`);
    },
    outcome: (_shared, { application }) => (application === true ? 'written' : 'refused'),
  };
}

function acknowledge({ words, mutex, changed }: Shared): void {
  const held = mutex.lock();
  words[FREE_SLOTS] += 1;
  changed.broadcast(held);
  mutex.unlock(held);
}

function close({ words, mutex, changed }: Shared): void {
  const held = mutex.lock();
  if (words[FREE_SLOTS] > 0) words[FREE_SLOTS] -= 1;
  words[FIN_QUEUED] = 1;
  changed.broadcast(held);
  mutex.unlock(held);
}

export const buggy = defineProgram(
  import.meta.url,
  writing('stolen-wake-up-buggy', '`if` there is no room, sleeps once.', (shared, held) => {
    const { words } = shared;
    if (words[FIN_QUEUED] === 1) return false;
    if (words[FREE_SLOTS] === 0) sleepOnce(shared, held);
    return true;
  }),
);

export const fixed = defineProgram(
  import.meta.url,
  writing(
    'stolen-wake-up-fixed',
    '`while` there is no room, sleeps.',
    ({ words, changed }, held) => {
      changed.waitFor(held, () => words[FREE_SLOTS] > 0 || words[FIN_QUEUED] === 1);
      return words[FIN_QUEUED] === 0;
    },
  ),
);

/** What the condition does not offer: a wait without a predicate. */
function sleepOnce({ changed }: Shared, held: Held<'send'>): void {
  let woken = false;
  changed.waitFor(held, () => {
    const before = woken;
    woken = true;
    return before;
  });
}
