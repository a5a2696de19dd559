/**
 * The listener and the timer both count a datagram sent in the same shared counter.
 */
import { checkEqual } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';

const SENT = 0;

interface Counters {
  readonly counters: Int32Array;
}

function counting(
  name: string,
  summary: string,
  countOne: (counters: Int32Array) => void,
): ProgramDefinition<Counters> {
  const thread = ({ counters }: Counters): void => {
    countOne(counters);
  };
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({ counters: memory.int32('datagramsSent') }),
    threads: { listener: thread, timer: thread },
    final: ({ counters }) => {
      checkEqual(counters[SENT], 2, 'datagrams counted');
    },
    outcome: ({ counters }) => String(counters[SENT]),
  };
}

export const buggy = defineProgram(
  import.meta.url,
  counting(
    'lost-update-buggy',
    'Reads and writes are atomic, the increment is not.',
    (counters) => {
      Atomics.store(counters, SENT, Atomics.load(counters, SENT) + 1);
    },
  ),
);

export const fixed = defineProgram(
  import.meta.url,
  counting('lost-update-fixed', 'One indivisible read-modify-write.', (counters) => {
    Atomics.add(counters, SENT, 1);
  }),
);
