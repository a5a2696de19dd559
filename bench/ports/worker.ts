/** One end of the port bench, in a thread of its own: sends or counts datagrams until told to stop. */
import { parentPort, workerData } from 'node:worker_threads';

import { Bell } from '#hawser/shared/memory/bell.js';
import { BatchedPort } from '#hawser/shared/net/batched-port.js';
import {
  DatagramRun,
  type DatagramPort,
  type PortEvents,
  type SocketAddress,
} from '#hawser/shared/net/datagram-port.js';
import { openDgramPort } from '#hawser/shared/net/dgram-port.js';
import { EventBell } from '#hawser/shared/net/event-bell.js';
import { loadLibc } from '#hawser/shared/net/libc.js';

import { DATAGRAM_BYTES, WINDOW, WORD, type WorkerTask } from './shared.js';

const HEADER_BYTES = 16;
const RUN_LENGTH = 44;

const task = workerData as WorkerTask;
const { words } = task;
const ringOther = await ringerOfOther();
const port = await openPort();
parentPort?.postMessage(port.localAddress);
await port.run(task.role === 'sender' ? senderEvents() : receiverEvents(), stopped);
await port.close();

function stopped(): boolean {
  return Atomics.load(words, WORD.stop) === 1;
}

async function openPort(): Promise<DatagramPort> {
  const at = task.role === 'sender' ? WORD.senderBell : WORD.receiverBell;
  const { socket } = task;
  if (socket === undefined) {
    return openDgramPort({ host: '127.0.0.1', port: 0, bell: new Bell(words, at, at + 1) });
  }
  const libc = await loadLibc();
  const bell = new EventBell(words, at, at + 1, libc, socket.eventFd);
  return new BatchedPort({ libc, socket, bell, usualHeaderBytes: HEADER_BYTES });
}

/** The receiver tells the sender that there is room again. */
async function ringerOfOther(): Promise<() => void> {
  const { peerEventFd } = workerData as { peerEventFd?: number };
  const at = task.role === 'sender' ? WORD.receiverBell : WORD.senderBell;
  const bell =
    peerEventFd === undefined
      ? new Bell(words, at, at + 1)
      : new EventBell(words, at, at + 1, await loadLibc(), peerEventFd);
  return () => {
    bell.ring();
  };
}

function receiverEvents(): PortEvents {
  let received = 0;
  return {
    onDatagrams: (batch) => {
      batch.forEach((_bytes, start, end) => {
        if (end - start === DATAGRAM_BYTES) received++;
      });
      Atomics.store(words, WORD.received, received);
      ringOther();
    },
    onWake: () => undefined,
    nextDeadlineMicros: () => Infinity,
  };
}

function senderEvents(): PortEvents {
  const run = new DatagramRun(new Uint8Array(new SharedArrayBuffer(1 << 20)), RUN_LENGTH);
  let sent = 0;
  const pump = () => {
    for (;;) {
      const room = WINDOW - (sent - Atomics.load(words, WORD.received));
      const count = Math.min(RUN_LENGTH, room, task.datagrams - sent);
      if (count <= 0 || (room < RUN_LENGTH && count < task.datagrams - sent)) return;
      fill(run, count);
      port.send(run, task.destination as SocketAddress);
      sent += count;
    }
  };
  return { onDatagrams: () => undefined, onWake: pump, nextDeadlineMicros: () => Infinity };
}

/** Headers in one ring, payloads in another, as the transport has them. */
function fill(run: DatagramRun, count: number): void {
  run.count = 0;
  const payloadBytes = DATAGRAM_BYTES - HEADER_BYTES;
  for (let at = 0; at < count; at++) {
    run.push(at * HEADER_BYTES, HEADER_BYTES, 4096 + at * payloadBytes, payloadBytes);
  }
}
