/**
 * The listener takes an RTT sample and stores a new SRTT and a new RTTVAR. The timer reads both to
 * compute the retransmission time-out.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';
import { Mutex } from '../../../shared/memory/mutex.js';

const SRTT = 0;
const RTTVAR = 1;

interface Estimate {
  readonly smoothedMs: number;
  readonly varianceMs: number;
}

/** A path that has just become slow: both figures jump. */
const BEFORE: Estimate = { smoothedMs: 20, varianceMs: 5 };
const AFTER: Estimate = { smoothedMs: 200, varianceMs: 100 };

const timeoutMs = ({ smoothedMs, varianceMs }: Estimate): number => smoothedMs + 4 * varianceMs;

interface Shared {
  readonly times: Int32Array;
  readonly doubles: Float64Array;
  readonly sequence: Int32Array;
  readonly sendLock: Mutex<'send'>;
}

interface EstimateWord {
  store(shared: Shared, estimate: Estimate): void;
  load(shared: Shared): Estimate;
}

function estimating(name: string, summary: string, word: EstimateWord): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      times: memory.int32('times', ['smoothedRttMs', 'rttVarianceMs']),
      doubles: memory.float64('doubles', ['smoothedRttMs', 'rttVarianceMs']),
      sequence: memory.int32('sequence'),
      sendLock: new Mutex(memory.int32('sendLock'), 0),
    }),
    init: ({ times, doubles }) => {
      times.set([BEFORE.smoothedMs, BEFORE.varianceMs]);
      doubles.set([BEFORE.smoothedMs, BEFORE.varianceMs]);
    },
    threads: {
      listener: (shared) => {
        word.store(shared, AFTER);
      },
      timer: (shared) => timeoutMs(word.load(shared)),
    },
    final: (_shared, { timer }) => {
      check(
        timer === timeoutMs(BEFORE) || timer === timeoutMs(AFTER),
        `the time-out is ${String(timer)} ms, which belongs to no sample`,
      );
    },
    outcome: (_shared, { timer }) => `${String(timer)} ms`,
  };
}

const twoWords: EstimateWord = {
  store: ({ times }, { smoothedMs, varianceMs }) => {
    Atomics.store(times, SRTT, smoothedMs);
    Atomics.store(times, RTTVAR, varianceMs);
  },
  load: ({ times }) => ({
    smoothedMs: Atomics.load(times, SRTT),
    varianceMs: Atomics.load(times, RTTVAR),
  }),
};

export const buggy = defineProgram(
  import.meta.url,
  estimating('torn-rtt-buggy', 'Each word is atomic, the pair is not.', twoWords),
);

export const fixed = defineProgram(
  import.meta.url,
  estimating('torn-rtt-fixed', 'Both are read and written with the send lock held.', {
    store: ({ sendLock, doubles }, { smoothedMs, varianceMs }) => {
      const held = sendLock.lock();
      doubles[SRTT] = smoothedMs;
      doubles[RTTVAR] = varianceMs;
      sendLock.unlock(held);
    },
    load: ({ sendLock, doubles }) => {
      const held = sendLock.lock();
      const estimate = { smoothedMs: doubles[SRTT], varianceMs: doubles[RTTVAR] };
      sendLock.unlock(held);
      return estimate;
    },
  }),
);

export const plainDoubles = defineProgram(
  import.meta.url,
  estimating('torn-rtt-plain-doubles', 'Doubles, for which there are no Atomics, without a lock.', {
    store: ({ doubles }, { smoothedMs, varianceMs }) => {
      doubles[SRTT] = smoothedMs;
      doubles[RTTVAR] = varianceMs;
    },
    load: ({ doubles }) => ({ smoothedMs: doubles[SRTT], varianceMs: doubles[RTTVAR] }),
  }),
);

/** Odd while the pair is being written; a reader who meets a change keeps what it knew before. */
export const sequenceLock = defineProgram(
  import.meta.url,
  estimating(
    'torn-rtt-sequence-lock',
    'A sequence lock: the reader notices that it read a mixture.',
    {
      store: (shared, estimate) => {
        Atomics.add(shared.sequence, 0, 1);
        twoWords.store(shared, estimate);
        Atomics.add(shared.sequence, 0, 1);
      },
      load: (shared) => {
        const before = Atomics.load(shared.sequence, 0);
        const estimate = twoWords.load(shared);
        const undisturbed = before % 2 === 0 && Atomics.load(shared.sequence, 0) === before;
        return undisturbed ? estimate : BEFORE;
      },
    },
  ),
);
