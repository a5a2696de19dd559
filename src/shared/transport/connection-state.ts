/**
 * The states of a connection and what moves it from one to the next: RFC 9293 §3.6 from ESTABLISHED
 * on. There is no SYN state: an opening rides on data, so a connection can be closed by either side
 * before the other has been heard of. The state word is guarded by the send lock.
 *
 * ```
 *                 finSent              finAcknowledged
 *   established ───────────▶ finWait1 ────────────────▶ finWait2
 *       │                       │ finReceived              │ finReceived
 *       │ finReceived           ▼      finAcknowledged     ▼     expired, peerComplete
 *       ▼        finSent     closing ─────────────────▶ timeWait ─────────▶ closed
 *   closeWait ───────────▶ lastAck ──────────────────────────────────────▶ closed
 *                                       finAcknowledged
 * ```
 */
export const State = {
  established: 0,
  finWait1: 1,
  finWait2: 2,
  closing: 3,
  timeWait: 4,
  closeWait: 5,
  lastAck: 6,
  closed: 7,
} as const;
export type State = (typeof State)[keyof typeof State];

export type StateEvent =
  | 'finSent'
  | 'finAcknowledged'
  | 'finReceived'
  | 'peerForgotten'
  | 'peerComplete'
  | 'expired'
  | 'aborted';

type Transitions = Partial<Record<StateEvent, State>>;

const transitions: Readonly<Record<State, Transitions>> = {
  // RFC 9293 §3.10.4 CLOSE call; §3.10.7.4 eighth, a FIN arrives.
  [State.established]: { finSent: State.finWait1, finReceived: State.closeWait },
  // Our FIN is out. Which of its acknowledgment and the peer's FIN comes first decides.
  [State.finWait1]: { finAcknowledged: State.finWait2, finReceived: State.closing },
  [State.finWait2]: { finReceived: State.timeWait },
  // Both FINs crossed: each side waits for the acknowledgment of its own.
  [State.closing]: {
    finAcknowledged: State.timeWait,
    peerComplete: State.closed,
    peerForgotten: State.finWait1,
  },
  // Stays to answer a repeated FIN, unless the peer says that it needs no more answers.
  [State.timeWait]: { expired: State.closed, peerComplete: State.closed },
  // A peer that turns out to be of an earlier run takes its FIN with it.
  [State.closeWait]: { finSent: State.lastAck, peerForgotten: State.established },
  // The peer had closed before: with our FIN acknowledged nobody waits for anything.
  [State.lastAck]: {
    finAcknowledged: State.closed,
    peerComplete: State.closed,
    peerForgotten: State.finWait1,
  },
  [State.closed]: {},
};

/** The state after `event`; the same state where the event means nothing. */
export function nextState(state: State, event: StateEvent): State {
  if (event === 'aborted') return State.closed;
  return transitions[state][event] ?? state;
}
