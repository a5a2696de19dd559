/**
 * Deadlock by lock order: each holds what the other one needs.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const lockOrder: Race = {
  name: 'lock-order',
  title: 'Deadlock by lock order',
  summary: 'One thread takes the send lock first, the other the receive lock.',
  buggy: { program: buggy, fails: 'deadlock' },
  fixed: { program: fixed },
  text: {
    symptom:
      'Both directions of a connection stop at once, for ever, and so does `close`. All threads sleep in `Atomics.wait`.',
    why: 'The listener holds the send lock and waits for the receive lock; the application holds the receive lock and waits for the send lock. Neither gives back what it has before it gets what it wants. Each piece of code is correct by itself: what is wrong is that they disagree about the order.',
    fix: 'One order for all, written down: send before receive. Where the order does not fit, as in a read that wants to send, give the lock back first and take both again in order; what was seen under the first lock may then be out of date and has to be looked at again.',
    cost: 'An order costs nothing. Giving back and taking again costs one lock operation and the care that the second look needs.',
    exercises: [
      'Draw the graph “holds … waits for …” at the end of the trace. Where is the cycle?',
      'Add a third lock and a third thread such that no two of them can deadlock, but the three can.',
      'Could `tryLock` help? Yes, and it brings the race `polite-locks` with it.',
    ],
    references: [
      'E. G. Coffman, M. Elphick and A. Shoshani, System Deadlocks, ACM Computing Surveys 3(2), 1971.',
    ],
  },
};
