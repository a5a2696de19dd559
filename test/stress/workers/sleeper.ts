/**
 * Sleeps in one of the ways a thread of an endpoint may sleep, on one endpoint after the other; or,
 * as the one who ends them, fails or stops each as soon as all have left the one before: so it comes
 * now before the sleepers look, now while they lie down, now when they are fast asleep.
 */
import { EndpointHandle } from '#hawser/shared/endpoint/handle.js';
import type { ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import type { EndpointMemory } from '#hawser/shared/memory/endpoint-memory.js';
import { hasFailed } from '#hawser/shared/memory/failure.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';
import { member, Pauses } from '../support/member.js';

export const SLEEPS = [
  'for room to send',
  'for bytes to read',
  'on the listener’s bell',
  'on the listener’s bell, with an event loop',
  'on the timer’s bell',
  'for the threads to be up',
] as const;

/** The memories of an endpoint and of its one connection. */
export interface OneEndpoint {
  readonly endpoint: SharedArrayBuffer;
  readonly connection: SharedArrayBuffer;
}

export interface SleeperTask {
  readonly endpoints: readonly OneEndpoint[];
  /** One word: how many sleeps have ended, of all sleepers together. */
  readonly ended: Int32Array;
  readonly way: (typeof SLEEPS)[number] | 'ends them by failure' | 'ends them by stop';
  readonly id: number;
  readonly seed: number;
}

type Over = () => boolean;

const sleeps: Readonly<
  Record<string, (connection: ConnectionMemory, over: Over, endpoint: EndpointMemory) => unknown>
> = {
  'for room to send': ({ sendMutex, sendChanged }, over) => {
    sendMutex.hold((held) => {
      sendChanged.waitFor(held, over);
    });
  },
  'for bytes to read': ({ receiveMutex, receiveChanged }, over) => {
    receiveMutex.hold((held) => {
      receiveChanged.waitFor(held, over);
    });
  },
  'on the listener’s bell': (_connection, over, { listenerBell }) => {
    for (;;) {
      const ticket = listenerBell.ticket();
      if (over()) return;
      listenerBell.wait(ticket);
    }
  },
  'on the listener’s bell, with an event loop': async (_connection, over, { listenerBell }) => {
    for (;;) {
      const ticket = listenerBell.ticket();
      if (over()) return;
      await listenerBell.waitAsync(ticket);
    }
  },
  'on the timer’s bell': (_connection, over, { timerBell }) => {
    for (;;) {
      const ticket = timerBell.ticket();
      if (over()) return;
      timerBell.wait(ticket);
    }
  },
  'for the threads to be up': (_connection, over, endpoint) => {
    endpoint.waitForThreads(1, Infinity, over);
  },
};

const endings: Readonly<Record<string, (endpoint: EndpointHandle) => void>> = {
  'ends them by failure': (endpoint) => {
    endpoint.fail('ERR_HAWSER_INTERRUPTED', 'by the test');
  },
  'ends them by stop': (endpoint) => {
    endpoint.requestStop();
  },
};

function handleOf({ endpoint, connection }: OneEndpoint): EndpointHandle & {
  only: ConnectionMemory;
} {
  const remote = { host: 'unused', port: 0 };
  const settings = { ...defaultSettings, wallClockOffsetMicros: 0 };
  const handle = new EndpointHandle({
    memory: endpoint,
    only: { place: 0, memory: connection, settings, remote },
  });
  if (handle.only === undefined) throw new Error('no connection');
  return handle as EndpointHandle & { only: ConnectionMemory };
}

async function sleepEach({ endpoints, way, ended }: SleeperTask, pauses: Pauses): Promise<number> {
  let slept = 0;
  for (const buffers of endpoints) {
    const { memory, only } = handleOf(buffers);
    const over = () => memory.stopRequested || hasFailed(memory);
    pauses.pause();
    if (!over()) slept += 1;
    await sleeps[way](only, over, memory);
    Atomics.add(ended, 0, 1);
    Atomics.notify(ended, 0);
  }
  return slept;
}

function endEach({ endpoints, way, ended }: SleeperTask, pauses: Pauses): number {
  endpoints.forEach((buffers, round) => {
    waitUntilAtLeast(ended, SLEEPS.length * round);
    pauses.pause();
    endings[way](handleOf(buffers));
  });
  return endpoints.length;
}

function waitUntilAtLeast(words: Int32Array, wanted: number): void {
  for (;;) {
    const count = Atomics.load(words, 0);
    if (count >= wanted) return;
    Atomics.wait(words, 0, count);
  }
}

/** Returns how often the thread had a reason to sleep, or how many endpoints it ended. */
void member(async (task: SleeperTask): Promise<number> => {
  const pauses = new Pauses(task.seed, task.id);
  if (task.way in endings) return endEach(task, pauses);
  // Something must keep the event loop alive, as a listener's socket does.
  const alive = setInterval(() => undefined, 1 << 30);
  const slept = await sleepEach(task, pauses);
  clearInterval(alive);
  return slept;
});
