/**
 * The smallest program that shows what a processor does to plain memory: each thread raises its own
 * flag, then looks at the other one's.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';

interface Shared {
  readonly x: Int32Array;
  readonly y: Int32Array;
}

interface Access {
  readonly store: (word: Int32Array) => void;
  readonly load: (word: Int32Array) => number;
}

function flags(name: string, summary: string, { store, load }: Access): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => {
      // A region each, so that the two words do not share a cache line.
      const x = memory.int32('x', 32);
      return { x, y: memory.int32('y', 32) };
    },
    threads: {
      left: ({ x, y }) => {
        store(x);
        return load(y);
      },
      right: ({ x, y }) => {
        store(y);
        return load(x);
      },
    },
    final: (_shared, { left, right }) => {
      check(left === 1 || right === 1, 'neither thread saw the other: no interleaving does that');
    },
    outcome: (_shared, { left, right }) => `left saw ${String(left)}, right saw ${String(right)}`,
  };
}

export const buggy = defineProgram(
  import.meta.url,
  flags('store-buffering-plain', 'Plain stores and loads.', {
    store: (word) => {
      word[0] = 1;
    },
    load: (word) => word[0],
  }),
);

export const fixed = defineProgram(
  import.meta.url,
  flags('store-buffering-atomic', 'Sequentially consistent stores and loads.', {
    store: (word) => {
      Atomics.store(word, 0, 1);
    },
    load: (word) => Atomics.load(word, 0),
  }),
);
