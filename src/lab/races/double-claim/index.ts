/**
 * Check-then-act: what was true when it was checked need not be true when it is acted upon.
 */
import type { Race } from '../race.js';
import { buggy, exchanged, fixed } from './programs.js';

export const doubleClaim: Race = {
  name: 'double-claim',
  title: 'Check-then-act on a send slot',
  summary: 'Two threads find the same slot free, and both fill it.',
  buggy: { program: buggy, fails: 'assertion' },
  fixed: { program: fixed },
  variants: { exchanged: { program: exchanged } },
  text: {
    symptom:
      'Two messages sent at the same moment: one arrives twice, or as a mixture of both, the other never. Both `send` calls returned without an error.',
    why: 'Between the check “is it free?” and the act “it is mine” another thread does the same. Checking again after acting does not help either: both would see the state they wanted. The check and the act have to be one step.',
    fix: '`Atomics.compareExchange(state, slot, FREE, FILLING)` acts only if the check still holds, and its result says which of the two threads it was. Or hold a lock over both: this transport does (`SendFilling.reserve` asks for the send lock), because it takes a whole run of slots at a time.',
    cost: 'One compare-exchange a slot, or one lock a run of slots: about 55 ns where nobody competes, however many slots are taken. A lock held for the copying of the bytes as well would be far dearer: so claim with it, copy without it, hand over with it.',
    exercises: [
      'The variant `exchanged` overwrites the state before it looks at it. It is correct here. Add a third state (`QUEUED`, set by the owner later) and find out why it is not correct any more.',
      'Let both threads take two slots each of three. Which outcomes do you expect? Write them down as `allowed`, and let the explorer disagree.',
    ],
    references: [
      'M. Herlihy and N. Shavit, The Art of Multiprocessor Programming, §5.8: consensus by compareAndSet.',
      'CWE-367, Time-of-check Time-of-use Race Condition.',
    ],
  },
};
