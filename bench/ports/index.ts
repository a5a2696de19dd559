/**
 * Raw port to port over loopback, no protocol: what each kind of port lets through at 1472 bytes,
 * interleaved in one run. `node build/bench/ports/index.js [rounds]`
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { selfTest } from '#hawser/shared/net/batched-self-test.js';
import {
  closeBatchedSocket,
  openBatchedSocket,
  type BatchedSocket,
} from '#hawser/shared/net/batched-socket.js';
import type { SocketAddress } from '#hawser/shared/net/datagram-port.js';
import { loadLibc } from '#hawser/shared/net/libc.js';

import { DATAGRAM_BYTES, WORD, type PortKind, type WorkerTask } from './shared.js';

const DATAGRAMS: Readonly<Record<PortKind, number>> = { dgram: 200_000, batched: 1_500_000 };
const POLL_MS = 5;

interface Result {
  readonly megabytesPerSecond: number;
  readonly cpuSecondsPerGigabyte: number;
}

const rounds = Number(process.argv[2] ?? 5);
const kinds: PortKind[] = ['dgram'];
const refusal = await selfTest();
if (refusal === undefined) kinds.push('batched');
else console.log(`without the batched port: ${refusal}`);

const results = new Map<PortKind, Result[]>(kinds.map((kind) => [kind, []]));
for (let round = 0; round < rounds; round++) {
  for (const kind of kinds) results.get(kind)?.push(await measure(kind));
}
for (const [kind, all] of results) report(kind, all);

async function measure(kind: PortKind): Promise<Result> {
  const sockets = kind === 'batched' ? await openSockets() : [];
  const words = new Int32Array(new SharedArrayBuffer(4 * WORD.count));
  const datagrams = DATAGRAMS[kind];
  const task = { kind, words, datagrams };
  const receiver = await start({ ...task, role: 'receiver' }, sockets[0], sockets[1]);
  const destination = receiver.address;
  const sender = await start({ ...task, role: 'sender', destination }, sockets[1], sockets[0]);
  const began = performance.now();
  const cpu = process.cpuUsage();
  const alreadyThere = Atomics.load(words, WORD.received);
  while (Atomics.load(words, WORD.received) < datagrams) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const seconds = (performance.now() - began) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  Atomics.store(words, WORD.stop, 1);
  for (const bell of [WORD.receiverBell, WORD.senderBell]) {
    Atomics.add(words, bell, 1);
    Atomics.notify(words, bell);
  }
  await Promise.all([receiver.ended, sender.ended]);
  closeSockets(sockets);
  const bytes = (datagrams - alreadyThere) * DATAGRAM_BYTES;
  return {
    megabytesPerSecond: bytes / 1e6 / seconds,
    cpuSecondsPerGigabyte: (user + system) / 1e6 / (bytes / 1e9),
  };
}

async function start(task: WorkerTask, socket?: BatchedSocket, peer?: BatchedSocket) {
  const workerData = { ...task, ...(socket && { socket }), peerEventFd: peer?.eventFd };
  const worker = new Worker(new URL('worker.js', import.meta.url), { workerData });
  const ended = once(worker, 'exit');
  const [address] = (await once(worker, 'message')) as [SocketAddress];
  return { address, ended };
}

async function openSockets(): Promise<BatchedSocket[]> {
  const libc = await loadLibc();
  return [0, 1].map(() => openBatchedSocket(libc, { host: '127.0.0.1', port: 0 }));
}

function closeSockets(sockets: readonly BatchedSocket[]): void {
  for (const socket of sockets) closeBatchedSocket(socket);
}

function report(kind: PortKind, all: readonly Result[]): void {
  const rates = all.map((result) => result.megabytesPerSecond).sort((a, b) => a - b);
  const cpu = all.map((result) => result.cpuSecondsPerGigabyte).sort((a, b) => a - b);
  const middle = Math.floor(rates.length / 2);
  const spread = `${rates[0].toFixed(0)}–${rates[rates.length - 1].toFixed(0)}`;
  const rate = rates[middle].toFixed(0).padStart(6);
  console.log(`${kind.padEnd(8)}${rate} MB/s (${spread})  ${cpu[middle].toFixed(2)} CPU s/GB`);
}
