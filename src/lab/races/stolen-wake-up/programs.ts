/**
 * Two application threads wait for a free send slot; an acknowledgment frees one and wakes both.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';
import { Condition } from '../../../shared/memory/condition.js';
import { type Held, Mutex } from '../../../shared/memory/mutex.js';

const LOCK = 0;
const SEQUENCE = 1;
const WAITERS = 2;
const FREE_SLOTS = 3;

interface Shared {
  readonly words: Int32Array;
  readonly mutex: Mutex<'send'>;
  readonly changed: Condition<'send'>;
}

type WaitForSlot = (shared: Shared, held: Held<'send'>) => void;

function taking(
  name: string,
  summary: string,
  waitForSlot: WaitForSlot,
): ProgramDefinition<Shared> {
  const takeSlot = (shared: Shared): void => {
    const held = shared.mutex.lock();
    waitForSlot(shared, held);
    shared.words[FREE_SLOTS] -= 1;
    shared.mutex.unlock(held);
  };
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => {
      const words = memory.int32('send', ['lock', 'changeSequence', 'changeWaiters', 'freeSlots']);
      const mutex = new Mutex<'send'>(words, LOCK);
      return { words, mutex, changed: new Condition(words, SEQUENCE, WAITERS, mutex) };
    },
    threads: {
      application: takeSlot,
      background: takeSlot,
      listener: (shared) => {
        free(shared);
        free(shared);
      },
    },
    invariant: ({ words }) => {
      check(words[FREE_SLOTS] >= 0, `${words[FREE_SLOTS]} free slots`);
    },
    outcome: ({ words }) => `${words[FREE_SLOTS]} free`,
  };
}

function free({ words, mutex, changed }: Shared): void {
  const held = mutex.lock();
  words[FREE_SLOTS] += 1;
  changed.broadcast(held);
  mutex.unlock(held);
}

export const buggy = defineProgram(
  import.meta.url,
  taking('stolen-wake-up-buggy', 'Looks once: `if` there is no slot, sleeps.', (shared, held) => {
    let firstLook = true;
    shared.changed.waitFor(held, () => {
      const goOn = shared.words[FREE_SLOTS] > 0 || !firstLook;
      firstLook = false;
      return goOn;
    });
  }),
);

export const fixed = defineProgram(
  import.meta.url,
  taking('stolen-wake-up-fixed', 'Looks again after every sleep: `while`.', (shared, held) => {
    shared.changed.waitFor(held, () => shared.words[FREE_SLOTS] > 0);
  }),
);
