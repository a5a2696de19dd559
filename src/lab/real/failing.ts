/**
 * How an endpoint fails (src/shared/memory/failure.ts): several threads may find a reason at once,
 * and every thread must see the same one, whole.
 */
import { check } from '../assert.js';
import { defineProgram } from '../program.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { fail, failureOf, hasFailed } from '../../shared/memory/failure.js';
import { endpoint } from './endpoint.js';

const REASONS = new Set(['ERR_HAWSER_PEER_LOST: silent', 'ERR_HAWSER_SOCKET: unplugged']);

function seenBy(memory: ConnectionMemory): string {
  const failure = failureOf(memory);
  return failure === undefined ? 'none' : `${failure.code}: ${failure.message}`;
}

export const failureClaim = defineProgram(import.meta.url, {
  name: 'failure-claim',
  summary: 'Timer and listener fail the endpoint at once, the application looks.',
  memory: (memory) => endpoint(memory),
  threads: {
    timer: (memory) => fail(memory, 'ERR_HAWSER_PEER_LOST', 'silent'),
    listener: (memory) => fail(memory, 'ERR_HAWSER_SOCKET', 'unplugged'),
    application: (memory) => (hasFailed(memory) ? seenBy(memory) : 'none'),
  },
  final: (memory, { timer, listener, application }) => {
    const last = seenBy(memory);
    check(timer !== listener, 'not exactly one thread has recorded its failure');
    check(REASONS.has(last), `recorded ${last}`);
    check(application === 'none' || application === last, `seen ${String(application)}`);
  },
  outcome: (memory, { application }) => `${String(application)}, then ${seenBy(memory)}`,
});
