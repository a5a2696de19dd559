/**
 * The lost update again, where nobody looks for it: the threads change different bits.
 */
import type { Race } from '../race.js';
import { buggy, fixed, halfFixed } from './programs.js';

export const sackBitmap: Race = {
  name: 'sack-bitmap',
  title: 'Non-atomic read-modify-write of the SACK bitmap',
  summary: 'Two threads change different bits of one word, and one bit changes back.',
  buggy: { program: buggy, fails: 'assertion' },
  fixed: { program: fixed },
  variants: { 'half-fixed': { program: halfFixed, fails: 'assertion' } },
  text: {
    symptom:
      'Rarely, under load: a segment that has arrived is asked for again and again, because its bit is gone. Or the reverse, which is worse: a slot that was read long ago still counts as held, so the next segment that belongs there is taken for a duplicate and thrown away, and the stream stands still.',
    why: 'The bits belong to different threads, but memory is not addressed by bits. To change one bit the whole word is read, changed and written back, and the write puts back the neighbour’s bit as it was at the read. Atomic loads and stores do not help: each is indivisible, the pair is not.',
    fix: '`Atomics.or` and `Atomics.and` change the bits they name and nothing else. All writers of the word have to use them: the variant `half-fixed` repairs one thread and still fails.',
    cost: 'An atomic read-modify-write instead of a store: some nanoseconds where the word is in the cache, some ten where another core has just written it. This transport pays nothing: it keeps a whole word a slot (`receivedLength`), so that no two threads ever share one.',
    exercises: [
      'Before you run `--variant half-fixed`: which of the two bits can still be lost?',
      'Give each bit a byte of its own (`Uint8Array`). Is that enough in JavaScript? It was not on the first DEC Alpha; what does ECMAScript promise about neighbouring bytes?',
    ],
    references: [
      'RFC 2018, TCP Selective Acknowledgment Options, §4.',
      'ECMAScript 2025, §29: the memory model, which defines races by the bytes that two accesses share.',
    ],
  },
};
