/**
 * The catalogue of races, in the order of the curriculum.
 */
import { lostUpdate } from './lost-update/index.js';
import type { Race } from './race.js';

export type { Race, RaceText, Version } from './race.js';

export const races: readonly Race[] = [lostUpdate];
