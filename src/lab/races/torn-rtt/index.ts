/**
 * A torn read: every word is right, their combination never was.
 */
import type { Race } from '../race.js';
import { buggy, fixed, plainDoubles, sequenceLock } from './programs.js';

export const tornRtt: Race = {
  name: 'torn-rtt',
  title: 'Torn read of smoothed RTT and variance',
  summary: 'The timer computes a time-out from half of an old sample and half of a new one.',
  buggy: { program: buggy, fails: 'assertion' },
  fixed: { program: fixed },
  variants: {
    'plain-doubles': { program: plainDoubles, fails: 'data-race' },
    'sequence-lock': { program: sequenceLock },
  },
  text: {
    symptom:
      'When a path becomes slow, some segments are retransmitted although nothing was lost: the time-out was 220 ms, although neither the old estimate (40 ms) nor the new one (600 ms) gives that.',
    why: 'SRTT and RTTVAR belong together, but they lie in two words. Between the timer’s two loads, or the listener’s two stores, the other thread does its pair. No word is torn and there is no data race: race detectors stay silent. What is broken is the relation between two words, which only the programmer knows.',
    fix: 'Whatever is related is read and written under one lock: here the send lock, which both threads hold anyway. Under it, plain accesses suffice, so the values may be doubles: `Atomics` has no operations on `Float64Array`.',
    cost: 'None, if the reader holds the lock for other reasons. Where readers are many and the lock is hot, a sequence lock (variant `sequence-lock`) lets readers look without writing anything: a counter that is odd during a write, compared before and after. Its words must be read through `Atomics`, or the check itself races.',
    exercises: [
      'Could both figures be packed into one 64-bit word and stored by `Atomics.store` on a `BigInt64Array`? What would you have to give up?',
      'In `sequence-lock` the reader gives up after one attempt. Write the loop that tries again until it succeeds. What does the explorer say about its progress if the writer is interrupted in the middle?',
      'In the trace, where is the one preemption? Find the schedule in which it is the other thread that is interrupted.',
    ],
    references: [
      'RFC 6298, §2: SRTT, RTTVAR and RTO.',
      'H.-J. Boehm, Can Seqlocks Get Along with Programming Language Memory Models?, MSPC 2012.',
    ],
  },
};
