/**
 * The catalogue of races, in the order of the curriculum (docs/races.md).
 */
import { aba } from './aba/index.js';
import { doubleClaim } from './double-claim/index.js';
import { doubleFree } from './double-free/index.js';
import { lateWrite } from './late-write/index.js';
import { lockOrder } from './lock-order/index.js';
import { lostUpdate } from './lost-update/index.js';
import { lostWakeUp } from './lost-wake-up/index.js';
import { politeLocks } from './polite-locks/index.js';
import type { Race } from './race.js';
import { sackBitmap } from './sack-bitmap/index.js';
import { storeBuffering } from './store-buffering/index.js';
import { spuriousRetransmission } from './spurious-retransmission/index.js';
import { stolenWakeUp } from './stolen-wake-up/index.js';
import { tornRtt } from './torn-rtt/index.js';
import { unsafePublication } from './unsafe-publication/index.js';
import { useAfterFree } from './use-after-free/index.js';
import { wrapAround } from './wrap-around/index.js';

export type { Race, RaceText, Version } from './race.js';

export const races: readonly Race[] = [
  // An operation that is not one step.
  lostUpdate,
  sackBitmap,
  doubleClaim,
  doubleFree,
  lateWrite,
  // Memory: what another thread sees, and when.
  unsafePublication,
  tornRtt,
  // The life of a slot.
  useAfterFree,
  aba,
  wrapAround,
  // Sleeping and waking.
  lostWakeUp,
  stolenWakeUp,
  // Progress.
  lockOrder,
  politeLocks,
  // And one that may stay.
  spuriousRetransmission,
  // What no interleaving shows.
  storeBuffering,
];
