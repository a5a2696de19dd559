/**
 * One small program for each way to fail.
 */
import { check, defineProgram } from '#hawser/lab/index.js';
import { Mutex } from '#hawser/shared/memory/mutex.js';

const here = import.meta.url;

const increment = (words: Int32Array): void => {
  Atomics.store(words, 0, Atomics.load(words, 0) + 1);
};

export const assertion = defineProgram(here, {
  name: 'assertion',
  memory: (memory) => memory.int32('counter'),
  threads: { a: increment, b: increment },
  final: (words) => {
    check(words[0] === 2, 'an increment is lost');
  },
  outcome: (words) => `counter ${words[0]}`,
});

export const forbiddenOutcome = defineProgram(here, {
  name: 'forbidden-outcome',
  memory: (memory) => memory.int32('counter'),
  threads: { a: increment, b: increment },
  outcome: (words) => String(words[0]),
  allowed: { 2: 'both increments arrive' },
});

export const invariant = defineProgram(here, {
  name: 'invariant',
  memory: (memory) => memory.int32('words', ['from', 'to']),
  init: (words) => {
    words[0] = 10;
  },
  threads: {
    mover: (words) => {
      Atomics.sub(words, 0, 1);
      Atomics.add(words, 1, 1);
    },
  },
  invariant: (words) => words[0] + words[1] === 10,
});

export const exception = defineProgram(here, {
  name: 'exception',
  memory: (memory) => memory.int32('ready'),
  threads: {
    writer: (words) => {
      Atomics.store(words, 0, 1);
    },
    reader: (words) => {
      if (Atomics.load(words, 0) === 0) throw new TypeError('too early');
    },
  },
});

function nested(first: number, second: number): (words: Int32Array) => void {
  return (words) => {
    const [outer, inner] = [new Mutex(words, first), new Mutex(words, second)];
    outer.hold(() => {
      inner.hold(() => undefined);
    });
  };
}

export const deadlock = defineProgram(here, {
  name: 'deadlock',
  memory: (memory) => memory.int32('words', ['first', 'second']),
  threads: { a: nested(0, 1), b: nested(1, 0) },
});

function polite(mine: number, other: number): (words: Int32Array) => void {
  return (words) => {
    for (;;) {
      if (Atomics.compareExchange(words, mine, 0, 1) !== 0) continue;
      if (Atomics.compareExchange(words, other, 0, 1) === 0) break;
      Atomics.store(words, mine, 0);
    }
    Atomics.store(words, other, 0);
    Atomics.store(words, mine, 0);
  };
}

export const livelock = defineProgram(here, {
  name: 'livelock',
  memory: (memory) => memory.int32('words', ['first', 'second']),
  threads: { a: polite(0, 1), b: polite(1, 0) },
});

export const endless = defineProgram(here, {
  name: 'endless',
  memory: (memory) => memory.int32('count'),
  threads: {
    counter: (words) => {
      while (Atomics.add(words, 0, 1) >= 0);
    },
  },
});

export const dataRace = defineProgram(here, {
  name: 'data-race',
  memory: (memory) => memory.int32('words', ['data', 'ready']),
  threads: {
    writer: (words) => {
      words[0] = 7;
      Atomics.store(words, 1, 1);
    },
    reader: (words) => {
      Atomics.load(words, 1);
      return words[0];
    },
  },
});

let runs = 0;

export const nondeterminism = defineProgram(here, {
  name: 'nondeterminism',
  memory: (memory) => memory.int32('words', 2),
  threads: {
    a: (words) => {
      runs += 1;
      Atomics.store(words, 0, runs);
      Atomics.store(words, 1, runs);
    },
    b: (words) => {
      Atomics.store(words, 0, 1);
    },
  },
});

export const lostWakeUp = defineProgram(here, {
  name: 'lost-wake-up',
  memory: (memory) => memory.int32('words', ['ready', 'bell']),
  threads: {
    sleeper: (words) => {
      if (Atomics.load(words, 0) === 0) Atomics.wait(words, 1, 0);
    },
    ringer: (words) => {
      Atomics.store(words, 0, 1);
      Atomics.notify(words, 1);
    },
  },
});

export const lateNotify = defineProgram(here, {
  name: 'late-notify',
  memory: (memory) => memory.int32('bell'),
  threads: {
    sleeper: (words) => Atomics.wait(words, 0, 0, 10),
    ringer: (words) => {
      Atomics.notify(words, 0);
    },
  },
  outcome: (_words, results) => String(results['sleeper']),
});

export const tornCopy = defineProgram(here, {
  name: 'torn-copy',
  memory: (memory) => memory.bytes('payload', 4),
  threads: {
    writer: (payload) => {
      payload.set([1, 1, 1, 1]);
    },
    reader: (payload) => payload.slice().join(''),
  },
  outcome: (_payload, results) => String(results['reader']),
});
