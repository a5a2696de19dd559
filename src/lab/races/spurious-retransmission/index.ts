/**
 * A benign race: its outcomes are all allowed, so it is not an error but a choice.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const spuriousRetransmission: Race = {
  name: 'spurious-retransmission',
  title: 'A benign race: spurious retransmission',
  summary: 'An acknowledgment lands between the timer’s check and its send, and that is allowed.',
  buggy: { program: buggy },
  fixed: { program: fixed },
  text: {
    symptom:
      'Now and then a segment is sent once more than needed; the peer reports it as a duplicate (D-SACK) and the counter `spuriousRetransmissions` goes up. No byte is wrong, none is lost.',
    why: 'The timer decides with the lock held and transmits without it. An acknowledgment that arrives in between makes the decision out of date. The protocol does not mind: the network duplicates datagrams too, so every receiver has to put up with it.',
    fix: 'None is needed, as long as nothing but the transmission depends on the stale decision: the slot must still hold the bytes (see `use-after-free`), and the loss must not be counted as congestion. The version “excluded” holds the lock during the send, and the outcome is gone from the histogram.',
    cost: 'Of the race: one datagram, rarely. Of its exclusion: the lock is held during a system call. An acknowledgment that is on the wire at the time of the check is not excluded by any lock: the same outcome seen from the network.',
    exercises: [
      'Compare the histograms of both versions, from the explorer and from `stress`. Why are the counts of the two not comparable, but their keys are?',
      'A race is benign because of an argument, not because nothing bad was seen. Write the argument for this one in three sentences. Which of them would a change of the slot’s life cycle break?',
      'Make the plain word `sent` non-atomic. Is the race still benign? By whose definition?',
    ],
    references: [
      'RFC 2883, D-SACK: reporting duplicate segments.',
      'H.-J. Boehm, How to Miscompile Programs with “Benign” Data Races, HotPar 2011: why *data* races are never benign.',
    ],
  },
};
