/**
 * The litmus test “store buffering”: the limit of what an explorer of interleavings can show.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const storeBuffering: Race = {
  name: 'store-buffering',
  title: 'Litmus test: store buffering',
  summary: 'Two threads raise a flag each, and neither sees the other’s.',
  buggy: { program: buggy, fails: 'data-race' },
  fixed: { program: fixed },
  variants: {
    'as-interleaving': { program: buggy, options: { plain: 'interleaved', races: 'ignore' } },
  },
  text: {
    symptom:
      'A hand-made lock (“I raise my flag, and go in unless yours is up”) lets two threads in at once, some ten times in a million. It was tested by a model checker and found correct.',
    why: 'In every interleaving one of the two stores comes first, so the other thread’s load sees it. A real core puts its store into a buffer and goes on to the load before the store has reached the cache; both cores do so, and both loads read 0. Compilers may do the same. It is allowed: for plain accesses ECMAScript promises no common order.',
    fix: '`Atomics.store` and `Atomics.load` are sequentially consistent: there is one order of all of them that every thread agrees with. Then interleavings are the whole truth, and what the explorer proves is so.',
    cost: 'A fence with each atomic store: some nanoseconds in which the core waits for its store buffer.',
    exercises: [
      'Run `stress store-buffering --buggy` and look for the outcome in which both saw 0; then `explore store-buffering --variant as-interleaving`, which says “proved”. Both are right. What exactly was proved?',
      'The bell relies on this litmus test: which of its operations are the two stores and the two loads?',
      'Make only the stores atomic. Does the outcome vanish on your machine? Is it allowed?',
    ],
    references: [
      'P. Sewell et al., x86-TSO: A Rigorous and Usable Programmer’s Model for x86 Multiprocessors, CACM 53(7), 2010.',
      'C. Watt et al., Repairing and Mechanising the JavaScript Relaxed Memory Model, PLDI 2020.',
    ],
  },
};
