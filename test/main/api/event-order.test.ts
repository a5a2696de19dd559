/**
 * The order of events of a `HawserSocket` is that of a `net.Socket`: the same scenarios are played on
 * both, and where they differ, the difference is listed here with its reason.
 */
import test from 'ava';
import { threadNetwork } from '#hawser/main/api/thread-network.js';
import { type Outcome, scenarios } from './support/scenarios.js';
import { hawserStack, netStack } from './support/stacks.js';

interface Difference extends Partial<Outcome> {
  readonly why: string;
}

const RESET_TELLS = 'destroy(error) resets, so the peer learns that what it has is not all';
const resetPeer = ['error reset', 'close with error'];

const intended: Readonly<Partial<Record<string, Difference>>> = {
  'the client destroys with an error': { why: RESET_TELLS, server: resetPeer },
  'a signal aborts an open connection': { why: RESET_TELLS, server: resetPeer },
  'a signal that was aborted before': {
    why: 'close says that there was an error whenever there was one',
    client: ['error ABORT_ERR', 'close with error'],
  },
};

const hawser = hawserStack(threadNetwork);

for (const [name, play] of Object.entries(scenarios)) {
  test.serial(`events come in net.Socket's order: ${name}`, async (t) => {
    const expected = await play(netStack);
    const seen = await play(hawser);
    const { why, ...difference } = intended[name] ?? {};
    if (why !== undefined) t.notDeepEqual(seen, expected, 'this difference is no more');
    t.deepEqual(seen, { ...expected, ...difference }, why ?? '');
  });
}
