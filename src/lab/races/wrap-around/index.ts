/**
 * Wrap-around aliasing: a number that comes round again is taken for its earlier self.
 */
import type { Race } from '../race.js';
import { buggy, fixed, twoWords } from './programs.js';

export const wrapAround: Race = {
  name: 'wrap-around',
  title: 'Sequence wrap-around aliasing',
  summary: 'A slot was reused until its number looks like the old one again.',
  buggy: { program: buggy, fails: 'assertion' },
  fixed: { program: fixed },
  variants: { 'two-words': { program: twoWords, fails: 'assertion' } },
  text: {
    symptom:
      'Spurious retransmissions of segments that were sent a moment ago, in bursts, on fast links with small sequence spaces only. In the other direction it is worse: a duplicate from one round earlier is accepted as new data.',
    why: 'The slot’s number is there to tell incarnations apart, but it has too few bits: after 2ⁿ reuses the compare-exchange meets the value it expects, in a word that has changed all the time. It is ABA again, with a counter that was meant to prevent it.',
    fix: 'State and number in *one* word, compared and swapped as one, with so many bits that the number cannot come round while anybody holds an old one. On the wire the same rule reads: the window must be less than half of the number space (this transport sends as many bytes of each number as that takes, and the checksum covers the number at full length).',
    cost: 'Bits: 29 for the number leave two for the state. It is a bet, not a proof: 2²⁹ reuses while one thread stands still. What the explorer proves is the program with its two reuses. Under a lock the question does not arise, which is why slots are only changed with the send lock held here.',
    exercises: [
      'The tempting fix, variant `two-words`, gives the number a whole word of its own, checks it, and then swaps the state by compare-exchange. No number ever wraps. Explain the trace.',
      'Would it help to check the number again *after* the swap, and to swap back if it has changed? Who may have seen the state in between?',
      'How many bits are enough at 10 Gbit/s, 1500 bytes a segment, if a thread can stand still for a whole second?',
    ],
    references: [
      'RFC 1982, Serial Number Arithmetic.',
      'RFC 7323, §5: PAWS, the same problem with 32-bit sequence numbers on fast networks.',
      'RFC 9000, §17.1 and appendix A: packet number encoding.',
    ],
  },
};
