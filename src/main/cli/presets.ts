/**
 * The settings under which the course runs each part. All parts run over the full transport: the
 * course's stop-and-wait is a step on the way, and what it must survive is what part 3 sets.
 */

export interface Impairments {
  /** Probability from 0 to 1 that a datagram is lost. */
  readonly lossRate: number;
  /** Probability from 0 to 1 that a datagram is changed. */
  readonly corruptionRate: number;
  /** A datagram arrives after a random delay below this. */
  readonly maxDeliveryDelaySeconds: number;
}

const clean: Impairments = { lossRate: 0, corruptionRate: 0, maxDeliveryDelaySeconds: 0 };
const everything: Impairments = {
  lossRate: 0.1,
  corruptionRate: 0.1,
  maxDeliveryDelaySeconds: 0.1,
};

export const PARTS = {
  '1': clean,
  '2': { ...clean, maxDeliveryDelaySeconds: 0.1 },
  '3': { ...clean, lossRate: 0.1 },
  '4': { ...clean, corruptionRate: 0.1 },
  '5': everything,
  all: everything,
} as const satisfies Record<string, Impairments>;

export type Part = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as Part[];
export const DEFAULT_PART: Part = '1';
