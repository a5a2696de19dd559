/**
 * Decides whether the batched port can be trusted here: that addresses are what we think, that the
 * structures are laid out as we write them, and that datagrams cross loopback cut, put together and
 * attributed as they should. Takes about a millisecond; any thread.
 */
import { BatchedPort } from './batched-port.js';
import { closeBatchedSocket, openBatchedSocket, type BatchedSocket } from './batched-socket.js';
import { DatagramRun, type PortEvents } from './datagram-port.js';
import { EventBell } from './event-bell.js';
import { loadLibc, type Libc } from './libc.js';
import { NativeMemory } from './native-memory.js';
import { addressText } from './socket-address.js';

const LENGTHS = [1472, 1472, 1472, 700, 1, 64, 64];
const HEADER_BYTES = 16;
const STRIDE_BYTES = 2048;
const PATIENCE_MICROS = 20_000;
const PATIENCE_TURNS = 20;

/** Why the batched port must not be used, in one line; `undefined` if it may. Never throws. */
export async function selfTest(): Promise<string | undefined> {
  try {
    const libc = await loadLibc();
    return checkAddresses(libc) ?? exchange(libc);
  } catch (error) {
    return (error as Error).message;
  }
}

/** What C copies from one address to another must be what JavaScript sees there. */
function checkAddresses(libc: Libc): string | undefined {
  const from = new NativeMemory(libc, 4096);
  const to = new NativeMemory(libc, 4096);
  for (let at = 0; at < from.bytes.length; at++) from.bytes[at] = (at * 31) & 0xff;
  libc.memcpy(to.address + 8, libc.addressOf(from.bytes.subarray(16)), 1000);
  const expected = Buffer.from(from.bytes.subarray(16, 1016));
  if (!expected.equals(to.bytes.subarray(8, 1008)))
    return 'memory addresses are not what they seem';
  return undefined;
}

function exchange(libc: Libc): string | undefined {
  const sockets: BatchedSocket[] = [];
  try {
    for (let end = 0; end < 2; end++) {
      sockets.push(openBatchedSocket(libc, { host: '127.0.0.1', port: 0 }));
    }
    return sendAndCompare(libc, sockets[0], sockets[1]);
  } finally {
    for (const socket of sockets) closeBatchedSocket(socket);
  }
}

function sendAndCompare(libc: Libc, from: BatchedSocket, to: BatchedSocket): string | undefined {
  const sender = portOn(libc, from);
  const receiver = portOn(libc, to);
  const run = patternRun();
  const received: Buffer[] = [];
  const sources = new Set<string>();
  const events: PortEvents = {
    onDatagrams: (batch) => {
      batch.forEach((bytes, start, end, source) => {
        received.push(Buffer.from(bytes.subarray(start, end)));
        sources.add(addressText(source));
      });
    },
    onWake: () => undefined,
    nextDeadlineMicros: () => Infinity,
  };
  sender.send(run, to.localAddress);
  for (let turn = 0; turn < PATIENCE_TURNS && received.length < run.count; turn++) {
    receiver.turn(events, PATIENCE_MICROS);
  }
  if (received.length < run.count)
    return `only ${received.length} of ${run.count} datagrams crossed loopback`;
  sources.delete(addressText(from.localAddress));
  if (sources.size > 0) return `a datagram seemed to come from ${[...sources].join()}`;
  const intact = received.every((datagram, at) => datagram.equals(pattern(at)));
  return intact ? undefined : 'datagrams were changed on loopback';
}

function portOn(libc: Libc, socket: BatchedSocket): BatchedPort {
  const words = new Int32Array(new SharedArrayBuffer(8));
  return new BatchedPort({ libc, socket, bell: new EventBell(words, 0, 1, libc, socket.eventFd) });
}

/** Datagram `at`, recognisable by its bytes. */
function pattern(at: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: LENGTHS[at] }, (_, index) => index * 7 + at * 13));
}

function patternRun(): DatagramRun {
  const memory = new Uint8Array(new SharedArrayBuffer(LENGTHS.length * STRIDE_BYTES));
  const run = new DatagramRun(memory, LENGTHS.length);
  LENGTHS.forEach((length, at) => {
    // Header and payload apart, as in the transport's memory.
    const header = Math.min(length, HEADER_BYTES);
    const start = at * STRIDE_BYTES;
    const payload = start + STRIDE_BYTES / 4;
    memory.set(pattern(at).subarray(0, header), start);
    memory.set(pattern(at).subarray(header), payload);
    run.push(start, header, payload, length - header);
  });
  return run;
}
