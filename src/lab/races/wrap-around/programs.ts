/**
 * The timer found segment 0 overdue and wants to mark its slot lost. Before it does, the segment is
 * acknowledged after all, and the slot is used for segments 1 and 2. Segment 2 is not overdue.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';

const FREE = 0;
const IN_FLIGHT = 1;
const LOST = 2;
const STATE_BITS = 2;
const STATE_MASK = (1 << STATE_BITS) - 1;

const OVERDUE = 0;
const LAST = 2;

interface Shared {
  readonly state: Int32Array;
  readonly number: Int32Array;
}

/** How a slot remembers which segment it holds and in which state that is. */
interface SlotWords {
  /** Puts `segment` into the slot, in flight. */
  fill(shared: Shared, segment: number): void;
  /** In flight → free. False if the timer was quicker and the slot is lost. */
  acknowledge(shared: Shared): boolean;
  /** In flight → lost, if the slot still holds `segment`. */
  markLost(shared: Shared, segment: number): boolean;
  stateOf(shared: Shared): number;
}

function aging(name: string, summary: string, words: SlotWords): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      state: memory.int32('slotState'),
      number: memory.int32('slotNumber'),
    }),
    init: (shared) => {
      words.fill(shared, OVERDUE);
    },
    threads: {
      timer: (shared) => words.markLost(shared, OVERDUE),
      others: (shared) => {
        for (let segment = OVERDUE; segment < LAST; segment += 1) {
          if (!words.acknowledge(shared)) return segment;
          words.fill(shared, segment + 1);
        }
        return LAST;
      },
    },
    final: (shared, { others }) => {
      const lost = words.stateOf(shared) === LOST;
      const rightly = others === OVERDUE;
      check(!lost || rightly, `segment ${String(others)} was marked lost, and is not overdue`);
    },
    outcome: (shared, { others }) =>
      `segment ${String(others)} ${words.stateOf(shared) === LOST ? 'lost' : 'in flight'}`,
  };
}

/** One word: the low bits of the segment number above the state. */
function packed(numberBits: number): SlotWords {
  const numberMask = numberBits === 32 ? -1 : (1 << numberBits) - 1;
  const pack = (segment: number, state: number): number =>
    ((segment & numberMask) << STATE_BITS) | state;
  return {
    fill: ({ state }, segment) => {
      Atomics.store(state, 0, pack(segment, IN_FLIGHT));
    },
    acknowledge: ({ state }) => {
      const before = Atomics.load(state, 0);
      if ((before & STATE_MASK) !== IN_FLIGHT) return false;
      return Atomics.compareExchange(state, 0, before, FREE) === before;
    },
    markLost: ({ state }, segment) => {
      const expected = pack(segment, IN_FLIGHT);
      return Atomics.compareExchange(state, 0, expected, pack(segment, LOST)) === expected;
    },
    stateOf: ({ state }) => state[0] & STATE_MASK,
  };
}

/** The tempting one: a number that never wraps, in a word of its own, checked before the swap. */
const checkThenSwap: SlotWords = {
  fill: ({ state, number }, segment) => {
    Atomics.store(number, 0, segment);
    Atomics.store(state, 0, IN_FLIGHT);
  },
  acknowledge: ({ state }) => Atomics.compareExchange(state, 0, IN_FLIGHT, FREE) === IN_FLIGHT,
  markLost: ({ state, number }, segment) => {
    if (Atomics.load(number, 0) !== segment) return false;
    return Atomics.compareExchange(state, 0, IN_FLIGHT, LOST) === IN_FLIGHT;
  },
  stateOf: ({ state }) => state[0],
};

export const buggy = defineProgram(
  import.meta.url,
  aging('wrap-around-buggy', 'One bit of number: segments 0 and 2 look the same.', packed(1)),
);

export const fixed = defineProgram(
  import.meta.url,
  aging('wrap-around-fixed', 'State and a wide number in one word, swapped as one.', packed(29)),
);

export const twoWords = defineProgram(
  import.meta.url,
  aging(
    'wrap-around-two-words',
    'Checks the number, then swaps the state in another word.',
    checkThenSwap,
  ),
);
