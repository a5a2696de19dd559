/**
 * The classroom's: no limit but the windows, no pacing, nothing remembered. Touches no memory, so
 * that the explorer of interleavings has nothing more to explore.
 */
import type { CongestionControl } from './congestion-control.js';

const nothing = (): void => undefined;
const never = (): boolean => false;
const unlimited = (): number => Infinity;

export const noCongestionControl: CongestionControl = {
  paces: false,
  initialize: nothing,
  quota: unlimited,
  nextSendAt: unlimited,
  wantsAnswer: never,
  sent: nothing,
  endSending: nothing,
  beginAcknowledgment: nothing,
  delivered: nothing,
  endAcknowledgment: nothing,
  lost: nothing,
  withdrawn: nothing,
  repairedByProbe: nothing,
  foundSpurious: nothing,
  timedOut: nothing,
  allowProbe: nothing,
};
