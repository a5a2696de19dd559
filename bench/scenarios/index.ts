/** All scenarios, in the order in which they run. A new one is a file and a line here. */
import type { Scenario } from '../contest/scenario.js';
import { bulk } from './bulk.js';
import { classroom } from './classroom.js';
import { pingPong } from './ping-pong.js';

export const SCENARIOS: readonly Scenario[] = [bulk, pingPong, classroom];
