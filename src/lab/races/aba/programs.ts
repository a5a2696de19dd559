/**
 * A lock-free list of free slots: `head` is the first, `next` the one after each (a Treiber stack).
 * The application takes one slot; the listener takes two and gives the first back.
 *
 *   head ─▶ 0 ─▶ 1 ─▶ none
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';

const NONE = -1;
const SLOT_BITS = 8;
const SLOT_MASK = (1 << SLOT_BITS) - 1;

interface Shared {
  readonly head: Int32Array;
  readonly next: Int32Array;
}

/** How a slot number, or none, is written into `head`: with or without the number of the change. */
interface HeadCode {
  readonly encode: (slot: number, before: number) => number;
  readonly decode: (head: number) => number;
}

const slotOnly: HeadCode = { encode: (slot) => slot, decode: (head) => head };

const slotAndCount: HeadCode = {
  encode: (slot, before) => (((before >> SLOT_BITS) + 1) << SLOT_BITS) | (slot & SLOT_MASK),
  decode: (head) => ((head & SLOT_MASK) === SLOT_MASK ? NONE : head & SLOT_MASK),
};

function take({ head, next }: Shared, code: HeadCode): number {
  for (;;) {
    const before = Atomics.load(head, 0);
    const slot = code.decode(before);
    if (slot === NONE) return NONE;
    const after = code.encode(Atomics.load(next, slot), before);
    if (Atomics.compareExchange(head, 0, before, after) === before) return slot;
  }
}

function give({ head, next }: Shared, code: HeadCode, slot: number): void {
  for (;;) {
    const before = Atomics.load(head, 0);
    Atomics.store(next, slot, code.decode(before));
    const after = code.encode(slot, before);
    if (Atomics.compareExchange(head, 0, before, after) === before) return;
  }
}

function freeList(name: string, summary: string, code: HeadCode): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      head: memory.int32('head'),
      next: memory.int32('next', 2),
    }),
    init: ({ next }) => {
      next.set([1, NONE]);
    },
    threads: {
      application: (shared) => take(shared, code),
      listener: (shared) => {
        const first = take(shared, code);
        const second = take(shared, code);
        if (first !== NONE) give(shared, code, first);
        return second;
      },
    },
    final: (shared, results) => {
      checkOwners([...free(shared, code), results['application'], results['listener']]);
    },
    outcome: (shared, { application, listener }) =>
      `application ${String(application)}, listener ${String(listener)}, free ${free(shared, code).join(' ')}`,
  };
}

/** The slots on the list, as far as it is one. */
function free({ head, next }: Shared, { decode }: HeadCode): number[] {
  const slots: number[] = [];
  for (
    let slot = decode(head[0]);
    slot !== NONE && slots.length <= next.length;
    slot = next[slot]
  ) {
    slots.push(slot);
  }
  return slots;
}

function checkOwners(claims: readonly unknown[]): void {
  const slots = claims.filter((slot) => slot !== NONE);
  const twice = slots.find((slot, at) => slots.indexOf(slot) !== at);
  check(twice === undefined, `slot ${String(twice)} has two owners`);
}

export const buggy = defineProgram(
  import.meta.url,
  freeList('aba-buggy', 'The head is the number of a slot.', slotOnly),
);

export const fixed = defineProgram(
  import.meta.url,
  freeList('aba-fixed', 'The head carries a count of its changes.', slotAndCount),
);
