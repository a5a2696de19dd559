/**
 * ABA: a compare-exchange compares values, not histories.
 */
import type { Race } from '../race.js';
import { buggy, fixed } from './programs.js';

export const aba: Race = {
  name: 'aba',
  title: 'ABA on the free list',
  summary: 'The head of the list is the same slot as before, but the list is another one.',
  buggy: { program: buggy, fails: 'assertion' },
  fixed: { program: fixed },
  text: {
    symptom:
      'Two connections of one endpoint write into the same slot. It happens about once a day on a busy server, and only with an allocator that everybody calls “lock-free and therefore safe”.',
    why: 'The application wants to take slot A and has noted that B follows. Before its compare-exchange the listener takes A, takes B, and gives A back. The head is A again, so the compare-exchange succeeds, and makes B the head: a slot that the listener owns. The head went from A to B to A, which gave the error its name.',
    fix: 'Make each value of the head unique: some bits count its changes, and every successful exchange adds one. The exchange that was prepared for the old A fails on the new A.',
    cost: 'The count takes bits from the slot number and wraps around: 24 bits wrap after 16 million changes, and a thread that sleeps for exactly so many is fooled all the same (see `wrap-around`). A lock has no such hole and is what this transport uses: its rings need no list of free slots at all, because slots are freed in the order in which they were taken.',
    exercises: [
      'The store to `next` in `give` comes before the compare-exchange. Swap the two, and let the explorer tell you which race that makes.',
      'Narrow the count to one bit. Does the program still pass? Let the listener take and give once more, and try again.',
      'Would garbage collection help, as it does for linked lists of Java objects? What here plays the part of the object’s identity?',
    ],
    references: [
      'R. K. Treiber, Systems Programming: Coping with Parallelism, IBM RJ 5118, 1986.',
      'M. Michael, Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects, IEEE TPDS 15(6), 2004.',
    ],
  },
};
