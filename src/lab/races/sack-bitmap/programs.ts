/**
 * The bitmap of segments held beyond the cumulative acknowledgment. The listener sets the bit of a
 * segment that arrives, the application clears the bit of one that it has read: two bits, one word.
 */
import { checkEqual } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';

const READ_BY_APPLICATION = 0b01;
const ARRIVED = 0b10;

interface Shared {
  readonly held: Int32Array;
}

interface BitOperations {
  readonly set: (held: Int32Array, bit: number) => void;
  readonly clear: (held: Int32Array, bit: number) => void;
}

function bookkeeping(
  name: string,
  summary: string,
  { set, clear }: BitOperations,
): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({ held: memory.int32('heldSegments') }),
    init: ({ held }) => {
      held[0] = READ_BY_APPLICATION;
    },
    threads: {
      listener: ({ held }) => {
        set(held, ARRIVED);
      },
      application: ({ held }) => {
        clear(held, READ_BY_APPLICATION);
      },
    },
    final: ({ held }) => {
      checkEqual(held[0], ARRIVED, 'bitmap of held segments');
    },
    outcome: ({ held }) => held[0].toString(2).padStart(2, '0'),
  };
}

export const buggy = defineProgram(
  import.meta.url,
  bookkeeping('sack-bitmap-buggy', 'Each thread writes back the whole word.', {
    set: (held, bit) => {
      Atomics.store(held, 0, Atomics.load(held, 0) | bit);
    },
    clear: (held, bit) => {
      Atomics.store(held, 0, Atomics.load(held, 0) & ~bit);
    },
  }),
);

export const fixed = defineProgram(
  import.meta.url,
  bookkeeping('sack-bitmap-fixed', 'Each thread changes only its own bit.', {
    set: (held, bit) => {
      Atomics.or(held, 0, bit);
    },
    clear: (held, bit) => {
      Atomics.and(held, 0, ~bit);
    },
  }),
);

export const halfFixed = defineProgram(
  import.meta.url,
  bookkeeping('sack-bitmap-half-fixed', 'Only one of the two threads was repaired.', {
    set: (held, bit) => {
      Atomics.or(held, 0, bit);
    },
    clear: (held, bit) => {
      Atomics.store(held, 0, Atomics.load(held, 0) & ~bit);
    },
  }),
);
