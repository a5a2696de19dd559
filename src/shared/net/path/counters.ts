/** What one direction of a path has counted: plain data. In datagrams if a name does not say bytes. */
export interface PathCounters {
  /** Given to the path, whatever became of them. */
  sent: number;
  sentBytes: number;
  /** Will never arrive, for any of the five reasons that follow. */
  lost: number;
  lostByChance: number;
  lostInBursts: number;
  lostInBlackouts: number;
  /** Found no room to wait before the bottleneck. */
  droppedByQueue: number;
  droppedAsTooLarge: number;
  corrupted: number;
  duplicated: number;
  /** Arrived, copies and damaged ones too. Counted by whoever delivers. */
  delivered: number;
  deliveredBytes: number;
}

export type LossCount =
  'lostByChance' | 'lostInBursts' | 'lostInBlackouts' | 'droppedByQueue' | 'droppedAsTooLarge';

export function zeroCounters(): PathCounters {
  return {
    sent: 0,
    sentBytes: 0,
    lost: 0,
    lostByChance: 0,
    lostInBursts: 0,
    lostInBlackouts: 0,
    droppedByQueue: 0,
    droppedAsTooLarge: 0,
    corrupted: 0,
    duplicated: 0,
    delivered: 0,
    deliveredBytes: 0,
  };
}
