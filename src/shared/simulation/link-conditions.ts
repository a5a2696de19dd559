/** What one direction of a virtual network does to datagrams: the model that the relay runs too. */
import { type PathConditions, PERFECT_PATH } from '../net/path/conditions.js';

export type { Blackout } from '../net/path/conditions.js';
export type LinkConditions = PathConditions;

export const CLEAN_LINK: LinkConditions = {
  ...PERFECT_PATH,
  delayMicros: 100,
  maximumDatagramBytes: 1472,
};
