/**
 * Use after free without a single `free()`: slots are reused, and a reader may still be at work.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const useAfterFree: Race = {
  name: 'use-after-free',
  title: 'Use after free of a send slot',
  summary: 'The timer retransmits a slot that was acknowledged and filled again meanwhile.',
  buggy: { program: buggy, fails: 'assertion' },
  fixed: { program: fixed },
  text: {
    symptom:
      'Once in many gigabytes the file that arrives differs from the one that was sent by exactly one segment. Every checksum was right: it was computed over the wrong bytes.',
    why: 'The timer has seen “in flight” and begins to send. Then the acknowledgment frees the slot, which is correct, and the application fills it, which is correct. The timer reads on: the number of the old segment, the bytes of the new. The peer, which had lost the old one’s acknowledgment only in our imagination, may take the bytes for the old segment. A state word says who may *begin* to use a slot; it does not keep the slot from others while somebody uses it.',
    fix: 'Whoever transmits holds the send lock from the look at the state until the bytes are with the port; whoever frees holds it too. That is what this transport does: lists and states are only touched with the lock, which the compiler checks by the `held` argument. The alternative is a reference: the sender counts itself in, and the one who frees leaves a slot with users to the last user.',
    cost: 'The lock is held during a system call: an acknowledgment that arrives meanwhile waits for some microseconds. Batches make that cheap, because one lock covers up to 64 segments. A reference count costs two atomic operations a segment instead, and a second state for “free as soon as nobody sends it”.',
    exercises: [
      'In the trace of the buggy version, how many threads have to be interrupted? Which one?',
      'Write the reference count: an `Atomics.add` before the check of the state, an `Atomics.sub` after. Where does the last user free the slot, and what if two believe to be the last?',
      'Is it enough to read the number again after the payload and to drop the datagram if it has changed? Explore it. Then read the race `wrap-around`.',
    ],
    references: [
      'CWE-416, Use After Free.',
      'P. McKenney, Is Parallel Programming Hard, And, If So, What Can You Do About It?, chapter 9: deferred processing.',
    ],
  },
};
