/**
 * Programs over the real mutex, condition and bell.
 */
import { check, checkEqual, defineProgram, type AnyProgram } from '#hawser/lab/index.js';
import { Bell } from '#hawser/shared/memory/bell.js';
import { Condition } from '#hawser/shared/memory/condition.js';
import { Mutex } from '#hawser/shared/memory/mutex.js';

const here = import.meta.url;

interface Guarded {
  readonly words: Int32Array;
  readonly mutex: Mutex<'test'>;
}

const COUNTER = 1;

/** `threads` threads count under the mutex, with plain accesses, `rounds` times each. */
function counting(threads: number, rounds: number): AnyProgram {
  const thread = ({ words, mutex }: Guarded): void => {
    for (let round = 0; round < rounds; round += 1) {
      const held = mutex.lock();
      words[COUNTER] += 1;
      mutex.unlock(held);
    }
  };
  const names = Array.from({ length: threads }, (_, index) => `t${index}`);
  return defineProgram<Guarded>(here, {
    name: `mutex-${threads}-threads-${rounds}-rounds`,
    memory: (memory) => {
      const words = memory.int32('words', ['mutex', 'counter']);
      return { words, mutex: new Mutex<'test'>(words, 0) };
    },
    threads: Object.fromEntries(names.map((name) => [name, thread])),
    final: ({ words }) => {
      checkEqual(words[COUNTER], threads * rounds, 'counter');
      checkEqual(words[0], 0, 'mutex word');
    },
    outcome: ({ words }) => `counter ${words[COUNTER]}`,
  });
}

export const twoThreads = counting(2, 1);
export const twoThreadsTwice = counting(2, 2);
export const threeThreads = counting(3, 1);

export const trying = defineProgram<Guarded>(here, {
  name: 'mutex-try-lock',
  memory: (memory) => {
    const words = memory.int32('words', ['mutex', 'counter']);
    return { words, mutex: new Mutex<'test'>(words, 0) };
  },
  threads: {
    locker: ({ words, mutex }) => {
      mutex.hold(() => {
        words[COUNTER] += 1;
      });
    },
    trier: ({ words, mutex }) => {
      const held = mutex.tryLock();
      if (held === undefined) return 'missed';
      words[COUNTER] += 1;
      mutex.unlock(held);
      return 'got';
    },
  },
  outcome: ({ words }, results) => `${String(results['trier'])} ${words[COUNTER]}`,
  allowed: { 'missed 1': 'the locker holds it', 'got 2': 'one after the other' },
});

interface Pipe extends Guarded {
  readonly filled: Condition<'test'>;
}

const READY = 3;

function condition(consumers: number): AnyProgram {
  const consume = ({ words, mutex, filled }: Pipe): void => {
    const held = mutex.lock();
    filled.waitFor(held, () => words[READY] > 0);
    words[READY] -= 1;
    mutex.unlock(held);
  };
  const produce = ({ words, mutex, filled }: Pipe): void => {
    const held = mutex.lock();
    words[READY] += consumers;
    filled.broadcast(held);
    mutex.unlock(held);
  };
  const names = Array.from({ length: consumers }, (_, index) => `consumer${index}`);
  return defineProgram<Pipe>(here, {
    name: `condition-${consumers}-consumers`,
    memory: (memory) => {
      const words = memory.int32('words', ['mutex', 'sequence', 'waiters', 'ready']);
      const mutex = new Mutex<'test'>(words, 0);
      return { words, mutex, filled: new Condition(words, 1, 2, mutex) };
    },
    threads: { producer: produce, ...Object.fromEntries(names.map((name) => [name, consume])) },
    final: ({ words }) => {
      checkEqual(words[READY], 0, 'items left');
      checkEqual(words[2], 0, 'waiters');
    },
  });
}

export const oneConsumer = condition(1);
export const twoConsumers = condition(2);

interface Bells {
  readonly words: Int32Array;
  readonly bell: Bell;
}

const WORK = 2;

function ringing(ringers: number): AnyProgram {
  const ring = ({ words, bell }: Bells): void => {
    Atomics.add(words, WORK, 1);
    bell.ring();
  };
  const names = Array.from({ length: ringers }, (_, index) => `ringer${index}`);
  return defineProgram<Bells>(here, {
    name: `bell-${ringers}-ringers`,
    memory: (memory) => {
      const words = memory.int32('words', ['rings', 'sleepers', 'work']);
      return { words, bell: new Bell(words, 0, 1) };
    },
    threads: {
      sleeper: ({ words, bell }) => {
        for (;;) {
          const ticket = bell.ticket();
          if (Atomics.load(words, WORK) === ringers) return;
          bell.wait(ticket);
        }
      },
      ...Object.fromEntries(names.map((name) => [name, ring])),
    },
    final: ({ words }) => {
      check(words[1] === 0, 'nobody sleeps any more');
    },
  });
}

export const oneRinger = ringing(1);
export const twoRingers = ringing(2);
