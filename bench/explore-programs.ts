/**
 * The fixed set of programs that the explorer is measured with.
 */
import { checkEqual, defineProgram, type AnyProgram } from '#hawser/lab/index.js';
import { Bell } from '#hawser/shared/memory/bell.js';
import { Mutex } from '#hawser/shared/memory/mutex.js';

const here = import.meta.url;

interface Counted {
  readonly words: Int32Array;
  readonly mutex: Mutex<'count'>;
}

/** The real mutex: `threads` threads count under it. */
export function mutex(threads: number): AnyProgram {
  const thread = ({ words, mutex: lock }: Counted): void => {
    const held = lock.lock();
    words[1] += 1;
    lock.unlock(held);
  };
  const names = Array.from({ length: threads }, (_, index) => `t${index}`);
  return defineProgram<Counted>(here, {
    name: `mutex, ${threads} threads`,
    memory: (memory) => {
      const words = memory.int32('words', ['mutex', 'counter']);
      return { words, mutex: new Mutex<'count'>(words, 0) };
    },
    threads: Object.fromEntries(names.map((name) => [name, thread])),
    final: ({ words }) => {
      checkEqual(words[1], threads, 'counter');
    },
  });
}

/** Threads that never meet: what a reduction should see through at once. */
export function independent(threads: number, steps: number): AnyProgram {
  const names = Array.from({ length: threads }, (_, index) => `t${index}`);
  return defineProgram<Int32Array>(here, {
    name: `independent, ${threads} threads, ${steps} steps each`,
    memory: (memory) => memory.int32('words', threads),
    threads: Object.fromEntries(
      names.map((name, index) => [
        name,
        (words: Int32Array) => {
          for (let step = 0; step < steps; step += 1) Atomics.add(words, index, 1);
        },
      ]),
    ),
  });
}

/** The real bell, with one sleeper and one ringer. */
export const bell: AnyProgram = defineProgram(here, {
  name: 'bell, sleeper and ringer',
  memory: (memory) => {
    const words = memory.int32('words', ['rings', 'sleepers', 'work']);
    return { words, bell: new Bell(words, 0, 1) };
  },
  threads: {
    sleeper: ({ words, bell: own }) => {
      for (;;) {
        const ticket = own.ticket();
        if (Atomics.load(words, 2) === 1) return;
        own.wait(ticket);
      }
    },
    ringer: ({ words, bell: own }) => {
      Atomics.store(words, 2, 1);
      own.ring();
    },
  },
});

const FREE = 0;
const QUEUED = 1;
const IN_FLIGHT = 2;
const SLOTS = 3;

interface Window {
  readonly slots: Int32Array;
  readonly sent: Int32Array;
  readonly lock: Int32Array;
  readonly mutex: Mutex<'send'>;
}

/** The application fills slots, the timer sends and sends again, an acknowledgment frees them. */
export const sendWindow: AnyProgram = defineProgram<Window>(here, {
  name: `ACK, timer and application, ${SLOTS} slots`,
  memory: (memory) => {
    const lock = memory.int32('lock');
    return {
      slots: memory.int32('slots', SLOTS),
      sent: memory.int32('sent'),
      lock,
      mutex: new Mutex<'send'>(lock, 0),
    };
  },
  init: ({ slots }) => {
    slots[0] = IN_FLIGHT;
  },
  threads: {
    application: ({ slots, mutex: lock }) => {
      for (let slot = 0; slot < SLOTS; slot += 1) {
        lock.hold(() => {
          if (slots[slot] === FREE) slots[slot] = QUEUED;
        });
      }
    },
    timer: ({ slots, sent, mutex: lock }) => {
      for (let slot = 0; slot < SLOTS; slot += 1) {
        lock.hold(() => {
          if (slots[slot] === FREE) return;
          slots[slot] = IN_FLIGHT;
          sent[0] += 1;
        });
      }
    },
    listener: ({ slots, mutex: lock }) => {
      for (let slot = 0; slot < SLOTS; slot += 1) {
        lock.hold(() => {
          if (slots[slot] === IN_FLIGHT) slots[slot] = FREE;
        });
      }
    },
  },
  final: ({ lock }) => {
    checkEqual(lock[0], 0, 'the mutex');
  },
});
