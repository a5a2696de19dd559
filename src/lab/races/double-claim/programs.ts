/**
 * Two application threads send at the same time. Each looks for a free send slot and takes it.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';

const FREE = 0;
const FILLING = 1;
const SLOTS = 2;
const NONE = -1;

interface Shared {
  readonly state: Int32Array;
}

type Claim = (state: Int32Array, slot: number) => boolean;

function sending(name: string, summary: string, claim: Claim): ProgramDefinition<Shared> {
  const takeFirstFree = ({ state }: Shared): number => {
    for (let slot = 0; slot < SLOTS; slot += 1) if (claim(state, slot)) return slot;
    return NONE;
  };
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({ state: memory.int32('slotState', SLOTS) }),
    threads: { application: takeFirstFree, background: takeFirstFree },
    final: (_shared, { application, background }) => {
      check(application !== background, `both threads fill slot ${String(application)}`);
    },
    outcome: (_shared, { application, background }) =>
      `application ${String(application)}, background ${String(background)}`,
  };
}

export const buggy = defineProgram(
  import.meta.url,
  sending('double-claim-buggy', 'Looks whether the slot is free, then takes it.', (state, slot) => {
    if (Atomics.load(state, slot) !== FREE) return false;
    Atomics.store(state, slot, FILLING);
    return true;
  }),
);

export const fixed = defineProgram(
  import.meta.url,
  sending('double-claim-fixed', 'Looks and takes in one operation.', (state, slot) => {
    return Atomics.compareExchange(state, slot, FREE, FILLING) === FREE;
  }),
);

export const exchanged = defineProgram(
  import.meta.url,
  sending('double-claim-exchanged', 'Takes first, looks at what it took second.', (state, slot) => {
    return Atomics.exchange(state, slot, FILLING) === FREE;
  }),
);
