/**
 * Unsafe publication: the sign on the door is changed before the room is ready.
 */
import type { Race } from '../race.js';
import { buggy, fixed, plainIndex } from './programs.js';

export const unsafePublication: Race = {
  name: 'unsafe-publication',
  title: 'Unsafe publication: index before data',
  summary: 'The application is told of a segment whose bytes are not there yet.',
  buggy: { program: buggy, fails: 'data-race' },
  fixed: { program: fixed },
  variants: {
    'wrong-bytes': {
      program: buggy,
      fails: 'assertion',
      options: { plain: 'interleaved', races: 'ignore' },
    },
    'plain-index': { program: plainIndex, fails: 'data-race' },
    'plain-index-in-order': {
      program: plainIndex,
      options: { plain: 'interleaved', races: 'ignore' },
    },
  },
  text: {
    symptom:
      'The application reads zeros, or bytes of the segment that lay in this slot one round before, although the checksum was right when the segment arrived.',
    why: 'The listener announces the segment before it has copied it. And even in the right order it is wrong to announce it by a plain write: ECMAScript orders plain accesses of different threads in no way at all. The compiler may move them and a weakly ordered processor (ARM) may make them visible in another order. The explorer reports this as a data race: two accesses to the same bytes, one of them a plain write, and nothing between them that synchronises.',
    fix: 'Copy first, then `Atomics.store` the index; the reader looks at the index with `Atomics.load` first, then at the bytes. The load that reads what the store wrote synchronises with it, so everything before the store happens before everything after the load. The bytes themselves may stay plain.',
    cost: 'One sequentially consistent store a batch: on x86 a locked instruction, about 5 ns. Publishing each segment by itself would cost that for each; so the listener places a whole batch and publishes once.',
    exercises: [
      'The variant `plain-index-in-order` passes: no interleaving shows wrong bytes. Why is it wrong all the same, and why does the explorer insist on `data-race` by default?',
      'Which line would you have to change to make `wrong-bytes` show torn bytes instead of old ones?',
      'Find the store that publishes in `ReceiveWindow.advanceOverPublished`, and the one that gives slots back in `release`. What would be lost with the order of the two lines in `release` reversed?',
    ],
    references: [
      'ECMAScript 2025, §29: the memory model, with synchronizes-with, happens-before, and what a data race is.',
      'JSR-133 (Java Memory Model) FAQ: “safe publication”.',
    ],
  },
};
