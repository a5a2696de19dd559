/** What the words of a send slot say (send-window.ts shows how the states follow each other). */
export const SlotState = {
  free: 0,
  filling: 1,
  open: 2,
  queued: 3,
  inFlight: 4,
  lost: 5,
  acknowledged: 6,
} as const;

/** Why a slot was declared lost; decides which counter its retransmission belongs to. */
export const LossCause = { reordering: 0, timeout: 1, probe: 2 } as const;
export type LossCause = (typeof LossCause)[keyof typeof LossCause];

/** A length word holds the payload bytes, and this bit if the stream ends there. */
export const FIN_BIT = 1 << 30;
