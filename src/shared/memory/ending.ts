/**
 * How a connection or an endpoint ends: the first words of the memory of either, in the same places,
 * so that a failure is written and read the same way (failure.ts).
 */
import { guardedBy, numberWords } from './words.js';

export const endingDeclarations = {
  ...guardedBy('atomic', {
    stopRequested: '0 → 1 once, by anyone; every loop looks at it each turn',
    failureClaim: '0 → 1 by compare-exchange: whoever wins writes the failure text',
    failureCode: '0, or 1 + position in ERROR_CODES; stored by the winner after the text',
  }),
  ...guardedBy('owner', {
    failureTextBytes: 'length of the failure text; written by the winner before the code',
  }),
} as const;

export const EndingWord = numberWords(endingDeclarations);
