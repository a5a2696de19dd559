/** All scenarios, in the order in which they run. A new one is a file and a line here. */
import type { Scenario } from '../contest/scenario.js';
import { atOnce } from './at-once.js';
import { bulk, bulkAtPathMtu } from './bulk.js';
import { classroom } from './classroom.js';
import { openings } from './opening.js';
import { pingPong } from './ping-pong.js';
import { relayed } from './relay.js';

export const SCENARIOS: readonly Scenario[] = [
  bulk,
  bulkAtPathMtu,
  pingPong,
  atOnce,
  ...relayed,
  ...openings,
  classroom,
];
