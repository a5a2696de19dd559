/**
 * The stolen wake-up: being woken says that something has changed, not that it is as one wishes.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const stolenWakeUp: Race = {
  name: 'stolen-wake-up',
  title: 'Stolen wake-up: if where while is needed',
  summary: 'Two threads are woken for one free slot; the second takes what is not there.',
  buggy: { program: buggy, fails: 'invariant' },
  fixed: { program: fixed },
  text: {
    symptom:
      'With two sending threads the window now and then holds one segment more than it has slots: one message overwrites another.',
    why: 'One slot becomes free and both sleepers are woken. The first takes it; the second, which has been waiting for the lock meanwhile, goes on as if its wish had been granted. It need not even have slept: a thread that comes by between the wake-up and the lock takes the slot as well. Between “woken” and “has the lock” anything may happen.',
    fix: '`while`, not `if`: evaluate the predicate again, with the lock held, after every wake-up. `Condition.waitFor` takes the predicate as an argument, so that one cannot write the `if`; the buggy version here has to cheat to get it.',
    cost: 'One more look at a word. Waking all where one would do costs needless wake-ups; with more than a handful of sleepers, wake as many as there are slots.',
    exercises: [
      'How many preemptions does the trace need, and why so few?',
      'Let the condition wake only one sleeper a broadcast. Is the `if` correct then? Let one thread start late.',
      'Spurious wake-ups are allowed by POSIX and by Java. Does ECMAScript allow them? Would a program that relies on the answer be a good one?',
    ],
    references: [
      'C. A. R. Hoare, Monitors: An Operating System Structuring Concept, CACM 17(10), 1974: where `if` was right.',
      'B. W. Lampson and D. D. Redell, Experience with Processes and Monitors in Mesa, CACM 23(2), 1980: why it no longer is.',
    ],
  },
};
