/**
 * Double free: an event that may be reported twice must take effect once.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const doubleFree: Race = {
  name: 'double-free',
  title: 'Double free by duplicate acknowledgments',
  summary: 'Two acknowledgments of one segment free its slot twice.',
  buggy: { program: buggy, fails: 'invariant' },
  fixed: { program: fixed },
  text: {
    symptom:
      'After hours under loss the sender overwrites data that nobody has acknowledged yet: the window seems to have more room than it has slots. The peer sees a stream with a hole that retransmission cannot fill, for the bytes are gone.',
    why: 'Duplicates are normal: acknowledgments are repeated, reordered and duplicated by the network. Each handler finds the slot in flight, each frees it, each adds one to the room. The state is idempotent (freeing twice leaves it free), the counter is not.',
    fix: 'Let one operation decide who frees: `compareExchange` from in flight to free succeeds for exactly one of them, and only the winner counts. Here the listener is the only thread that handles acknowledgments, and the room is not counted but computed from `sendTail - sendUnacknowledged`, which cannot be added to twice.',
    cost: 'None to speak of: a compare-exchange instead of a load and a store. Computing the room instead of counting it is cheaper still.',
    exercises: [
      'The invariant of this program is checked after every step. At which step of the trace is it broken, and how long after the mistake is that? What would a test that only looks at the end have told you?',
      'Replace the counter by `sendUnacknowledged = max(sendUnacknowledged, ack)`, with a load and a store. Which race is that, and what is its fix?',
    ],
    references: [
      'RFC 9293, §3.10.7.4: an acknowledgment of what has been acknowledged is ignored.',
      'CWE-415, Double Free.',
    ],
  },
};
