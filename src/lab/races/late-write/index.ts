/**
 * Close against a late write: check-then-act where the check is “are we still open?”.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const lateWrite: Race = {
  name: 'late-write',
  title: 'Close and FIN against a late write',
  summary: 'Bytes are queued behind the FIN, acknowledged, and never delivered.',
  buggy: { program: buggy, fails: 'assertion' },
  fixed: { program: fixed },
  text: {
    symptom:
      'The last line of a log is missing at the peer. `send` took it without an error, the close was orderly, and the peer even acknowledged the segment.',
    why: 'The writer sees an open stream. Before it gets the lock, the closer ends the stream and queues the FIN. The writer then appends its segment behind it. A lock protects what is decided while it is held; a decision made before it was taken is only an opinion.',
    fix: 'Look at `finQueued` with the lock held that protects the queue, and append before giving it back. Then each write is either before the FIN, or refused, and the caller learns which.',
    cost: 'Nothing: the lock is taken anyway. An unlocked look may stay as a shortcut for the answer “refused”, because a stream never opens again; for the answer “open” it proves nothing.',
    exercises: [
      'This transport copies the bytes without the lock, between `reserve` (locked) and `commit` (locked). Which of the two has to look at `finQueued`? What must `close` do if it comes between them?',
      'Why is the unlocked shortcut right for “closed” and wrong for “open”? Name another word of this transport that only ever changes once.',
    ],
    references: ['RFC 9293, §3.10.4: CLOSE call; §3.9.1.2: SEND after CLOSE is an error.'],
  },
};
