/**
 * The listener: owns the port, receives for ever, updates both windows, acknowledges, and sends what
 * an acknowledgment has just allowed. The port calls back once a batch and once a ring of the bell.
 */
import { nowMicros } from '../shared/clock.js';
import type { EndpointTask } from '../shared/endpoint.js';
import { openPort, outletTo } from '../shared/endpoint-port.js';
import { HawserError } from '../shared/errors.js';
import { ConnectionMemory } from '../shared/memory/connection-memory.js';
import { fail } from '../shared/memory/failure.js';
import { ConnectionWord, PortCounter } from '../shared/memory/layout.js';
import type { DatagramBatch, DatagramPort, SocketAddress } from '../shared/net/datagram-port.js';
import { Connection } from '../shared/transport/connection.js';
import { TIMER_COUNT } from '../shared/transport/timers.js';

/** The last words of a connection may be held back by a simulated link. */
const DRAIN_MS = 500;

/** Returns when the endpoint is stopped. A failure is in the memory before it is thrown. */
export default async function listener(task: EndpointTask | undefined): Promise<void> {
  // The pool loads this module into each thread ahead of time.
  if (task === undefined) return;
  const memory = new ConnectionMemory(task.memory, TIMER_COUNT);
  try {
    await listen(task, memory);
  } catch (error) {
    if (error instanceof HawserError) fail(memory, error.code, error.message);
    memory.wakeEverybody();
    throw error;
  }
}

async function listen(task: EndpointTask, memory: ConnectionMemory): Promise<void> {
  const port = await openPort(task, memory);
  try {
    await serve(task, memory, port, task.remote);
  } finally {
    await port.close();
  }
}

async function serve(
  task: EndpointTask,
  memory: ConnectionMemory,
  port: DatagramPort,
  peer: SocketAddress,
): Promise<void> {
  const connection = new Connection(memory, task.settings, outletTo(peer, port, memory));
  Atomics.store(memory.words, ConnectionWord.localPort, port.localAddress.port);
  const events = {
    onDatagrams: (batch: DatagramBatch) => {
      receive(batch, connection, memory, peer);
    },
    onWake: () => {
      connection.output(nowMicros());
    },
    nextDeadlineMicros: () => Infinity,
  };
  const running = port.run(events, () => memory.stopRequested);
  memory.noteThreadReady();
  await running;
  // A reset may still be wanted: whoever failed this endpoint asked for it before the stop.
  connection.output(nowMicros());
  await port.drain(DRAIN_MS);
}

function receive(
  batch: DatagramBatch,
  connection: Connection,
  { portCounters }: ConnectionMemory,
  peer: SocketAddress,
): void {
  const now = nowMicros();
  batch.forEach((bytes, start, end, source) => {
    portCounters[PortCounter.datagramsReceived] += 1;
    portCounters[PortCounter.datagramBytesReceived] += end - start;
    if (source.port === peer.port && source.host === peer.host) {
      connection.input.datagram(bytes, start, end, now);
    } else {
      portCounters[PortCounter.strangers] += 1;
    }
  });
  connection.input.endBatch(now);
  connection.output(now);
}
