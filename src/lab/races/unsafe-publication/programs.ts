/**
 * The listener puts a segment's payload into its slot and moves `receiveNext` over it. The application
 * reads the payload if `receiveNext` says that there is one.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';

const PAYLOAD = 42;
const NOTHING_YET = -1;

interface Shared {
  readonly receiveNext: Int32Array;
  readonly payload: Uint8Array;
}

interface Delivery {
  publish(shared: Shared): void;
  seesSegment(shared: Shared): boolean;
}

function delivering(name: string, summary: string, delivery: Delivery): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      receiveNext: memory.int32('receiveNext'),
      payload: memory.bytes('payload', 8),
    }),
    threads: {
      listener: (shared) => {
        delivery.publish(shared);
      },
      application: (shared) => (delivery.seesSegment(shared) ? shared.payload[0] : NOTHING_YET),
    },
    final: (_shared, { application }) => {
      check(
        application === NOTHING_YET || application === PAYLOAD,
        `the application read ${String(application)}`,
      );
    },
    outcome: (_shared, { application }) =>
      application === NOTHING_YET ? 'nothing yet' : `read ${String(application)}`,
  };
}

export const buggy = defineProgram(
  import.meta.url,
  delivering('unsafe-publication-buggy', 'The index first, the bytes second.', {
    publish: ({ receiveNext, payload }) => {
      Atomics.store(receiveNext, 0, 1);
      payload[0] = PAYLOAD;
    },
    seesSegment: ({ receiveNext }) => Atomics.load(receiveNext, 0) === 1,
  }),
);

export const fixed = defineProgram(
  import.meta.url,
  delivering('unsafe-publication-fixed', 'The bytes first, then the index, atomically.', {
    publish: ({ receiveNext, payload }) => {
      payload[0] = PAYLOAD;
      Atomics.store(receiveNext, 0, 1);
    },
    seesSegment: ({ receiveNext }) => Atomics.load(receiveNext, 0) === 1,
  }),
);

export const plainIndex = defineProgram(
  import.meta.url,
  delivering('unsafe-publication-plain-index', 'The right order, but a plain index.', {
    publish: ({ receiveNext, payload }) => {
      payload[0] = PAYLOAD;
      receiveNext[0] = 1;
    },
    seesSegment: ({ receiveNext }) => receiveNext[0] === 1,
  }),
);
