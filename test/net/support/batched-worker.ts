/**
 * A thread for tests of the batched port. Its task says which descriptors it gets, and whether it
 * runs the loop, echoing what arrives and telling how often it woke, or only sends.
 */
import { parentPort, workerData } from 'node:worker_threads';

import { BatchedPort } from '#hawser/shared/net/batched-port.js';
import type { BatchedSocket } from '#hawser/shared/net/batched-socket.js';
import { DatagramRun, type SocketAddress } from '#hawser/shared/net/datagram-port.js';
import { EventBell } from '#hawser/shared/net/event-bell.js';
import { loadLibc } from '#hawser/shared/net/libc.js';

export interface BatchedWorkerTask {
  readonly socket: BatchedSocket;
  /** The two words of the bell, the stop word, and the number of wake-ups. */
  readonly words: Int32Array;
  readonly sendTo?: SocketAddress;
}

const task = workerData as BatchedWorkerTask;
const { socket, words } = task;
const libc = await loadLibc();
const bell = new EventBell(words, 0, 1, libc, socket.eventFd);
const port = new BatchedPort({ libc, socket, bell });

if (task.sendTo) {
  const run = new DatagramRun(new TextEncoder().encode('from another thread'), 1);
  run.push(0, 4, 4, 15);
  port.send(run, task.sendTo);
} else {
  parentPort?.postMessage('up');
  await port.run(
    {
      onDatagrams: (batch) => {
        batch.forEach((bytes, start, end, source) => {
          const echo = new DatagramRun(bytes, 1);
          echo.push(start, 0, start, end - start);
          port.send(echo, source);
        });
      },
      onWake: () => {
        Atomics.add(words, 3, 1);
        Atomics.notify(words, 3);
      },
      nextDeadlineMicros: () => Infinity,
    },
    () => Atomics.load(words, 2) === 1,
  );
}
parentPort?.postMessage('done');
