/**
 * The peer acknowledged segment 7 twice, and two receiving threads handle the two acknowledgments.
 * Each frees the slot of segment 7 and counts it as room for the application.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';

const FREE = 0;
const IN_FLIGHT = 1;
const SLOT = 0;

interface Shared {
  readonly state: Int32Array;
  readonly freeSlots: Int32Array;
}

/** Takes the slot out of flight; true for whoever did it. */
type Release = (state: Int32Array) => boolean;

function acknowledging(name: string, summary: string, release: Release): ProgramDefinition<Shared> {
  const acknowledge = ({ state, freeSlots }: Shared): void => {
    if (release(state)) Atomics.add(freeSlots, 0, 1);
  };
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      state: memory.int32('slotState'),
      freeSlots: memory.int32('freeSlots'),
    }),
    init: ({ state }) => {
      state[SLOT] = IN_FLIGHT;
    },
    threads: { firstListener: acknowledge, secondListener: acknowledge },
    invariant: ({ freeSlots }) => {
      check(freeSlots[0] <= 1, `${freeSlots[0]} free slots in a ring of one`);
    },
    final: ({ freeSlots }) => {
      check(freeSlots[0] === 1, `${freeSlots[0]} free slots after the acknowledgments`);
    },
    outcome: ({ freeSlots }) => `${freeSlots[0]} free`,
  };
}

export const buggy = defineProgram(
  import.meta.url,
  acknowledging('double-free-buggy', 'Looks at the state, then changes it.', (state) => {
    if (Atomics.load(state, SLOT) !== IN_FLIGHT) return false;
    Atomics.store(state, SLOT, FREE);
    return true;
  }),
);

export const fixed = defineProgram(
  import.meta.url,
  acknowledging('double-free-fixed', 'One of the two wins the transition.', (state) => {
    return Atomics.compareExchange(state, SLOT, IN_FLIGHT, FREE) === IN_FLIGHT;
  }),
);
