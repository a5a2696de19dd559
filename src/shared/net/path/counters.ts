/** What one direction of a path has counted. In datagrams if the name does not say bytes. */
export class PathCounters {
  /** Given to the path, whatever became of them. */
  sent = 0;
  sentBytes = 0;
  /** Will never arrive, for any of the five reasons that follow. */
  lost = 0;
  lostByChance = 0;
  lostInBursts = 0;
  lostInBlackouts = 0;
  /** Found no room to wait before the bottleneck. */
  droppedByQueue = 0;
  droppedAsTooLarge = 0;
  corrupted = 0;
  duplicated = 0;
  /** Arrived, copies and damaged ones too. Counted by whoever delivers. */
  delivered = 0;
  deliveredBytes = 0;
}

export type LossCount =
  'lostByChance' | 'lostInBursts' | 'lostInBlackouts' | 'droppedByQueue' | 'droppedAsTooLarge';
