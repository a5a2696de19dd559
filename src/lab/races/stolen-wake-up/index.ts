/**
 * The stolen wake-up: being woken says that something has changed, not that it is as one wishes.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const stolenWakeUp: Race = {
  name: 'stolen-wake-up',
  title: 'Stolen wake-up: if where while is needed',
  summary: 'The application is woken for a free slot, but the FIN has taken it first.',
  buggy: { program: buggy, fails: 'invariant' },
  fixed: { program: fixed },
  text: {
    symptom:
      'Now and then, when a stream is closed while a write waits for room, the peer gets a segment that overwrote another one: the window held one segment more than it has slots.',
    why: 'The acknowledgment frees a slot and wakes the application. Before the application has the lock again, another thread closes the stream, and its FIN takes the slot. The application goes on as if its wish had been granted. Two sleepers and one slot come to the same: both are woken, the first takes the slot, and the second takes it too. Between “woken” and “has the lock” anything may happen.',
    fix: '`while`, not `if`: evaluate the predicate again, with the lock held, after every wake-up. `Condition.waitFor` takes the predicate as an argument, so that one cannot write the `if`; the buggy version here has to cheat to get it.',
    cost: 'One more look at a word. Waking all where one would do costs needless wake-ups; with more than a handful of sleepers, wake as many as there are slots.',
    exercises: [
      'The trace needs no preemption at all. Why is the switch at `Atomics.wait` none?',
      'Let the condition wake only one sleeper a broadcast. Is the `if` correct then?',
      'Spurious wake-ups are allowed by POSIX and by Java. Does ECMAScript allow them? Would a program that relies on the answer be a good one?',
    ],
    references: [
      'C. A. R. Hoare, Monitors: An Operating System Structuring Concept, CACM 17(10), 1974: where `if` was right.',
      'B. W. Lampson and D. D. Redell, Experience with Processes and Monitors in Mesa, CACM 23(2), 1980: why it no longer is.',
    ],
  },
};
