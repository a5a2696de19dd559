import test, { type ExecutionContext } from 'ava';
import { ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { allocateEndpoint } from '#hawser/shared/memory/endpoint-memory.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';
import { endpointMemory, sharedWords } from '../memory/support.js';
import { runCrew } from './support/crew.js';
import { complaintsAtRest } from './support/invariants.js';
import { SLEEPS, type SleeperTask } from './workers/sleeper.js';

const ROUNDS = 600;

async function endAll(t: ExecutionContext, seed: number, ending: SleeperTask['way']) {
  const endpoints = Array.from({ length: ROUNDS }, () => ({
    endpoint: allocateEndpoint(1),
    connection: endpointMemory().buffer,
  }));
  const ended = sharedWords(1);
  const posts = [...SLEEPS, ending].map((way, id) => ({
    name: `who sleeps ${way}`,
    module: 'sleeper',
    task: { endpoints, ended, way, id, seed } satisfies SleeperTask,
  }));
  const slept = await runCrew<number>(posts);
  t.log(JSON.stringify({ seed, slept }));
  t.is(ended[0], ROUNDS * SLEEPS.length);
  t.true(
    slept.every((count) => count > 0),
    'somebody never slept',
  );
  return endpoints.map(({ connection }) => new ConnectionMemory(connection, TIMER_COUNT));
}

test.serial('a stop wakes every kind of sleeper, whether it sleeps yet or not', async (t) => {
  for (const memory of await endAll(t, 41, 'ends them by stop')) {
    t.true(memory.stopRequested);
    t.deepEqual(complaintsAtRest(memory), []);
  }
});

test.serial('a failure wakes every kind of sleeper, whether it sleeps yet or not', async (t) => {
  for (const memory of await endAll(t, 42, 'ends them by failure')) {
    t.deepEqual(complaintsAtRest(memory), []);
  }
});
