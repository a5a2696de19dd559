/**
 * The mutex, the condition and the bell of src/shared/memory, as they are.
 */
import { check, checkEqual } from '../assert.js';
import type { MemoryBuilder } from '../memory-builder.js';
import { defineProgram } from '../program.js';
import { Bell } from '../../shared/memory/bell.js';
import { Condition } from '../../shared/memory/condition.js';
import { Mutex } from '../../shared/memory/mutex.js';

interface Guarded {
  /** Plain, so that the race detector is a witness too. */
  readonly counter: Int32Array;
  readonly mutex: Mutex<'send'>;
}

function guarded(memory: MemoryBuilder): Guarded {
  return {
    counter: memory.int32('counter'),
    mutex: new Mutex(memory.int32('lock'), 0),
  };
}

function countOne({ counter, mutex }: Guarded): void {
  const held = mutex.lock();
  counter[0] += 1;
  mutex.unlock(held);
}

export const mutexOfThree = defineProgram(import.meta.url, {
  name: 'mutex-of-three',
  summary: 'Three threads, one critical section each.',
  memory: guarded,
  threads: { a: countOne, b: countOne, c: countOne },
  final: ({ counter }) => {
    checkEqual(counter[0], 3, 'sections entered');
  },
});

export const mutexAgain = defineProgram(import.meta.url, {
  name: 'mutex-again',
  summary: 'A thread takes the mutex again at once, while another one waits for it.',
  memory: guarded,
  threads: {
    again: (shared) => {
      countOne(shared);
      countOne(shared);
    },
    once: countOne,
  },
  final: ({ counter }) => {
    checkEqual(counter[0], 3, 'sections entered');
  },
});

export const mutexTry = defineProgram(import.meta.url, {
  name: 'mutex-try',
  summary: 'One thread locks, one only tries.',
  memory: guarded,
  threads: {
    locks: countOne,
    tries: ({ counter, mutex }) => {
      const held = mutex.tryLock();
      if (held === undefined) return 0;
      counter[0] += 1;
      mutex.unlock(held);
      return 1;
    },
  },
  final: ({ counter }, { tries }) => {
    checkEqual(counter[0], 1 + Number(tries), 'sections entered');
  },
});

interface Signalled extends Guarded {
  readonly changed: Condition<'send'>;
}

function signalled(memory: MemoryBuilder): Signalled {
  const words = memory.int32('send', ['lock', 'changeSequence', 'changeWaiters', 'counter']);
  const mutex = new Mutex<'send'>(words, 0);
  return { counter: words.subarray(3), mutex, changed: new Condition(words, 1, 2, mutex) };
}

function waitAndTake({ counter, mutex, changed }: Signalled): void {
  const held = mutex.lock();
  changed.waitFor(held, () => counter[0] > 0);
  counter[0] -= 1;
  mutex.unlock(held);
}

function waitAndTakeOrGiveUp({ counter, mutex, changed }: Signalled): void {
  const held = mutex.lock();
  changed.waitFor(held, () => counter[0] > 0, 10);
  counter[0] -= 1;
  mutex.unlock(held);
}

function put({ counter, mutex, changed }: Signalled, count: number): void {
  const held = mutex.lock();
  counter[0] += count;
  changed.broadcast(held);
  mutex.unlock(held);
}

export const conditionWakes = defineProgram(import.meta.url, {
  name: 'condition-wakes',
  summary: 'One waiter, woken once for nothing and once for what it waits for.',
  memory: signalled,
  threads: {
    waiter: waitAndTake,
    signaller: (shared) => {
      put(shared, 0);
      put(shared, 1);
    },
  },
  final: ({ counter }) => {
    checkEqual(counter[0], 0, 'left over');
  },
});

export const conditionOfTwo = defineProgram(import.meta.url, {
  name: 'condition-of-two',
  summary: 'Two waiters and one broadcast for both.',
  memory: signalled,
  threads: {
    first: waitAndTake,
    second: waitAndTake,
    signaller: (shared) => {
      put(shared, 2);
    },
  },
  final: ({ counter }) => {
    checkEqual(counter[0], 0, 'left over');
  },
});

export const conditionTimeout = defineProgram(import.meta.url, {
  name: 'condition-timeout',
  summary: 'A waiter whose sleep may time out at any moment.',
  memory: signalled,
  threads: {
    waiter: waitAndTakeOrGiveUp,
    signaller: (shared) => {
      put(shared, 1);
    },
  },
  final: ({ counter }) => {
    checkEqual(counter[0], 0, 'left over');
  },
});

interface Announced {
  readonly state: Int32Array;
  readonly words: Int32Array;
  readonly bell: Bell;
}

function announced(memory: MemoryBuilder): Announced {
  const words = memory.int32('bell', ['count', 'sleepers']);
  return { state: memory.int32('state'), words, bell: new Bell(words, 0, 1) };
}

/** As every role does it: the ticket, the look, the sleep. */
function sleepUntil({ state, bell }: Announced, wanted: number): void {
  for (;;) {
    const ticket = bell.ticket();
    if (Atomics.load(state, 0) >= wanted) return;
    bell.wait(ticket);
  }
}

function announce({ state, bell }: Announced): void {
  Atomics.add(state, 0, 1);
  bell.ring();
}

function nobodySleeps({ words }: Announced): void {
  check(words[1] === 0, `${words[1]} sleepers left on the bell`);
}

export const bellOfOne = defineProgram(import.meta.url, {
  name: 'bell-of-one',
  summary: 'One sleeper waits for two rings of one thread.',
  memory: announced,
  threads: {
    sleeper: (shared) => {
      sleepUntil(shared, 2);
    },
    ringer: (shared) => {
      announce(shared);
      announce(shared);
    },
  },
  final: nobodySleeps,
});

export const bellOfTwoRingers = defineProgram(import.meta.url, {
  name: 'bell-of-two-ringers',
  summary: 'One sleeper waits for one ring of each of two threads.',
  memory: announced,
  threads: {
    sleeper: (shared) => {
      sleepUntil(shared, 2);
    },
    ringer: announce,
    otherRinger: announce,
  },
  final: nobodySleeps,
});

export const bellOfTwoSleepers = defineProgram(import.meta.url, {
  name: 'bell-of-two-sleepers',
  summary: 'Two sleepers, one ring.',
  memory: announced,
  threads: {
    sleeper: (shared) => {
      sleepUntil(shared, 1);
    },
    otherSleeper: (shared) => {
      sleepUntil(shared, 1);
    },
    ringer: announce,
  },
  final: nobodySleeps,
});
