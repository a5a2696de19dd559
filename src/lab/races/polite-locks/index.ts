/**
 * Livelock: everybody works, nobody gets anywhere.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const politeLocks: Race = {
  name: 'polite-locks',
  title: 'Livelock of polite try-locks',
  summary: 'Two threads keep giving way to each other.',
  buggy: { program: buggy, fails: 'livelock' },
  fixed: { program: fixed },
  text: {
    symptom:
      'Throughput drops to nothing while two cores run at 100 %. It ends by itself after a while, or it does not; adding a log line cures it.',
    why: 'Each thread takes its first lock, finds the second taken, gives the first back and starts again, in step with the other. Nobody ever sleeps, so it is no deadlock; the loop is in the schedule. On real machines jitter ends it sooner or later, which is why it is taken for a performance problem.',
    fix: 'One order of the locks, and `lock` instead of `tryLock`: whoever comes second sleeps. Where `tryLock` is needed, back off for a random time, or let one kind of thread always win.',
    cost: 'Waiting instead of trying: a sleep and a wake-up of some 10 µs where the lock is really contended, and no cost where it is not.',
    exercises: [
      'The trace ends in a loop. How long is it, and what would have to happen for it to end?',
      'Let only the application be polite. Can it still starve? What does the explorer assume about fairness?',
      'Write the random back-off. Why can the explorer not prove it, and what could be proved instead?',
    ],
    references: [
      'M. Herlihy and N. Shavit, The Art of Multiprocessor Programming, §2.2 and §7.4: freedom from livelock, back-off.',
      'M. Musuvathi and S. Qadeer, Fair Stateless Model Checking, PLDI 2008.',
    ],
  },
};
