/**
 * Small random programs, by seed: two or three threads with a few operations each on two or three
 * words, some of them conditional on what was read before.
 */
import { defineProgram, type AnyProgram, type ThreadFunction } from '#hawser/lab/index.js';
import { Mutex } from '#hawser/shared/memory/mutex.js';
import { RandomNumbers } from '#hawser/lab/search/random-numbers.js';

type Act = (words: Int32Array, seen: number[]) => void;

export interface Recipe {
  /** Waits and notifies besides loads, stores and read-modify-writes. */
  readonly waits: boolean;
  /** Plain reads and writes too. */
  readonly plain: boolean;
  readonly invariant: boolean;
  /**
   * `locked`: plain accesses only, each under the real mutex. `owned`: each thread writes a word of
   * its own plainly, and reads and writes one common word atomically.
   */
  readonly shape?: 'locked' | 'owned';
}

export function randomProgram(seed: number, recipe: Recipe): AnyProgram {
  const random = new RandomNumbers(seed);
  const threadCount = recipe.shape === undefined ? 2 + random.below(2) : 2;
  const words = recipe.shape === 'owned' ? threadCount : 1 + random.below(3);
  const length =
    recipe.shape === 'locked' ? 2 : 6 - threadCount + (recipe.shape === 'owned' ? 2 : 0);
  const threads: Record<string, ThreadFunction<Int32Array>> = {};
  for (let thread = 0; thread < threadCount; thread += 1) {
    const acts = Array.from({ length: 1 + random.below(length) }, () =>
      randomAct(random, words, recipe, thread),
    );
    threads[`t${thread}`] = (memory) => {
      const seen: number[] = [];
      for (const act of acts) act(memory, seen);
      return seen.join(',');
    };
  }
  return defineProgram<Int32Array>('test', {
    name: `random-${seed}`,
    memory: (memory) => memory.int32('words', words + 1),
    threads,
    outcome: (memory, results) => `${memory.join(' ')} | ${Object.values(results).join(' | ')}`,
    ...(recipe.invariant ? { invariant: neverAllSet } : {}),
  });
}

function neverAllSet(words: Int32Array): boolean {
  return !words.subarray(0, -1).every((word) => word !== 0);
}

function randomAct(random: RandomNumbers, words: number, recipe: Recipe, thread: number): Act {
  if (recipe.shape === 'locked') return lockedAct(random, words);
  if (recipe.shape === 'owned') return ownedAct(random, words, thread);
  const act = unconditionalAct(random, words, recipe);
  if (random.below(4) > 0) return act;
  const wanted = random.below(2);
  return (memory, seen) => {
    if (Number((seen.at(-1) ?? 0) !== 0) === wanted) act(memory, seen);
  };
}

/** The mutex is the word after those that the acts use. */
function lockedAct(random: RandomNumbers, words: number): Act {
  const acts = plainActs(random.below(words), random.below(3));
  const act = acts[random.below(acts.length)];
  return (memory, seen) => {
    new Mutex(memory, words).hold(() => {
      act(memory, seen);
    });
  };
}

/** The common word is the one after those that the threads own. */
function ownedAct(random: RandomNumbers, common: number, thread: number): Act {
  const value = random.below(2);
  const load: Act = (memory, seen) => void seen.push(Atomics.load(memory, common));
  const store: Act = (memory) => void Atomics.store(memory, common, value);
  const write: Act = (memory) => {
    memory[thread] = value;
  };
  // Mostly loads, for they alone make no step that an invariant could see.
  const acts = [load, load, load, write, write, write, store];
  return acts[random.below(acts.length)];
}

function unconditionalAct(random: RandomNumbers, words: number, recipe: Recipe): Act {
  const word = random.below(words);
  const value = random.below(3);
  const other = random.below(3);
  const acts: Act[] = [
    (memory, seen) => void seen.push(Atomics.load(memory, word)),
    (memory) => void Atomics.store(memory, word, value),
    (memory, seen) => void seen.push(Atomics.add(memory, word, 1)),
    (memory, seen) => void seen.push(Atomics.compareExchange(memory, word, value, other)),
    (memory, seen) => void seen.push(Atomics.exchange(memory, word, value)),
  ];
  if (recipe.waits) acts.push(...waitingActs(word, value, random.below(2) === 0));
  if (recipe.plain) acts.push(...plainActs(word, value));
  return acts[random.below(acts.length)];
}

function waitingActs(word: number, value: number, finite: boolean): Act[] {
  const timeoutMs = finite ? 1 : Infinity;
  return [
    (memory, seen) => void seen.push(Atomics.wait(memory, word, value, timeoutMs).length),
    (memory, seen) => void seen.push(Atomics.notify(memory, word, 1)),
    (memory, seen) => void seen.push(Atomics.notify(memory, word)),
  ];
}

function plainActs(word: number, value: number): Act[] {
  return [
    (memory, seen) => void seen.push(memory[word]),
    (memory) => {
      memory[word] = value;
    },
  ];
}
