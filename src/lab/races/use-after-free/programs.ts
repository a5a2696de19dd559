/**
 * The timer retransmits segment 7 from its slot. Meanwhile an acknowledgment of 7 frees the slot and
 * the application fills it with segment 8.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';
import { Mutex } from '../../../shared/memory/mutex.js';

const FREE = 0;
const IN_FLIGHT = 1;
const STATE = 0;
const NUMBER = 1;
const PAYLOAD = 2;

interface Shared {
  readonly slot: Int32Array;
  readonly sendLock: Mutex<'send'>;
}

/** Runs `action` with the slot protected, or just runs it. */
type Guard = (shared: Shared, action: () => void) => void;

/** The payload of segment n, so that it can be told from any other. */
const payloadOf = (number: number): number => 100 + number;

function transmission(name: string, summary: string, guard: Guard): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      slot: memory.int32('slot', ['state', 'number', 'payload']),
      sendLock: new Mutex(memory.int32('sendLock'), 0),
    }),
    init: ({ slot }) => {
      slot.set([IN_FLIGHT, 7, payloadOf(7)]);
    },
    threads: {
      timer: (shared) => {
        let datagram = 'nothing';
        guard(shared, () => {
          if (Atomics.load(shared.slot, STATE) === IN_FLIGHT) datagram = emit(shared.slot);
        });
        return datagram;
      },
      listener: (shared) => {
        guard(shared, () => {
          Atomics.store(shared.slot, STATE, FREE);
        });
      },
      application: (shared) => {
        guard(shared, () => {
          if (Atomics.load(shared.slot, STATE) === FREE) fill(shared.slot, 8);
        });
      },
    },
    final: (_shared, { timer }) => {
      check(WELL_FORMED.has(timer as string), `datagram on the wire: ${String(timer)}`);
    },
    outcome: (_shared, { timer }) => String(timer),
  };
}

const datagramOf = (number: number, payload: number): string => `${number} with ${payload}`;

const WELL_FORMED = new Set(['nothing', datagramOf(7, payloadOf(7)), datagramOf(8, payloadOf(8))]);

function emit(slot: Int32Array): string {
  const number = Atomics.load(slot, NUMBER);
  return datagramOf(number, Atomics.load(slot, PAYLOAD));
}

function fill(slot: Int32Array, number: number): void {
  Atomics.store(slot, NUMBER, number);
  Atomics.store(slot, PAYLOAD, payloadOf(number));
  Atomics.store(slot, STATE, IN_FLIGHT);
}

export const buggy = defineProgram(
  import.meta.url,
  transmission(
    'use-after-free-buggy',
    'Checks the state, then uses the slot.',
    (_shared, action) => {
      action();
    },
  ),
);

export const fixed = defineProgram(
  import.meta.url,
  transmission(
    'use-after-free-fixed',
    'The slot cannot be freed while it is sent.',
    (shared, action) => {
      const held = shared.sendLock.lock();
      action();
      shared.sendLock.unlock(held);
    },
  ),
);
