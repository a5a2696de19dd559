/**
 * The lost update: the first race everybody should have seen.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const lostUpdate: Race = {
  name: 'lost-update',
  title: 'Lost update of a counter',
  summary: 'Two threads count datagrams; one of them is not counted.',
  buggy: { program: buggy, fails: 'assertion' },
  fixed: { program: fixed },
  text: {
    symptom:
      'The statistics drift: `PACKETS_SENT` is a little lower than what a capture shows, more so under load, and never in a debugger.',
    why: 'An increment is a load, an addition and a store. If both threads load before either stores, both store the same number, and one increment is gone. Making the load and the store atomic one by one changes nothing: what must be indivisible is the pair.',
    fix: 'Use the read-modify-write that exists for it, `Atomics.add`; or give each thread its own word and add them up when reading.',
    cost: 'An uncontended `Atomics.add` costs a few nanoseconds, but a word written by two threads moves between the cores’ caches. One word a thread costs the reader a few loads and the writers nothing.',
    exercises: [
      'How many of the schedules lose an update? Count them with `--mode dfs`, then with three threads.',
      'Write the fix with `Atomics.compareExchange` in a loop. Is it exhausted too, and in how many schedules?',
    ],
    references: [
      'ECMAScript 2025, §25.4.4 `Atomics.add`.',
      'M. Herlihy and N. Shavit, The Art of Multiprocessor Programming, §2.1.',
    ],
  },
};
