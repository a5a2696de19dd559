/** The state table, whole: every event in every state. */
import test from 'ava';

import { nextState, State, type StateEvent } from '#hawser/shared/transport/connection-state.js';

type Name = keyof typeof State;

/** All transitions that there are; anything else leaves the state as it is. */
const transitions: readonly [Name, StateEvent, Name][] = [
  ['established', 'finSent', 'finWait1'],
  ['established', 'finReceived', 'closeWait'],
  ['finWait1', 'finAcknowledged', 'finWait2'],
  ['finWait1', 'finReceived', 'closing'],
  ['finWait2', 'finReceived', 'timeWait'],
  ['closing', 'finAcknowledged', 'timeWait'],
  ['closing', 'peerComplete', 'closed'],
  ['timeWait', 'expired', 'closed'],
  ['timeWait', 'peerComplete', 'closed'],
  ['closeWait', 'finSent', 'lastAck'],
  ['lastAck', 'finAcknowledged', 'closed'],
  ['lastAck', 'peerComplete', 'closed'],
];

const names = Object.keys(State) as Name[];
const events: readonly StateEvent[] = [
  'finSent',
  'finAcknowledged',
  'finReceived',
  'peerComplete',
  'expired',
];

for (const name of names) {
  test(`from ${name}`, (t) => {
    for (const event of events) {
      const expected = transitions.find(([from, by]) => from === name && by === event)?.[2] ?? name;
      t.is(nextState(State[name], event), State[expected], event);
    }
    t.is(nextState(State[name], 'aborted'), State.closed);
  });
}
