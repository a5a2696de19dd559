/**
 * The listener: owns the port, receives for ever, updates both windows of its connections,
 * acknowledges, and sends what an acknowledgment has just allowed. The port calls back once a batch
 * and once a ring of the bell.
 */
import { EndpointHandle } from '../shared/endpoint/handle.js';
import { openPort } from '../shared/endpoint/outlets.js';
import { SoleConnection } from '../shared/endpoint/sole-connection.js';
import { Switchboard } from '../shared/endpoint/switchboard.js';
import type { RoleTask } from '../shared/endpoint/task.js';
import { ThreadSide } from '../shared/endpoint/thread-side.js';
import { HawserError } from '../shared/errors.js';
import { EndpointWord } from '../shared/memory/endpoint-layout.js';
import type { DatagramBatch, DatagramPort, SocketAddress } from '../shared/net/datagram-port.js';

/** The last words of a connection may be held back by a simulated link. */
const DRAIN_MS = 500;

/** Who knows the connections: one with many, or one with a single peer. */
export interface Exchange {
  receive(batch: DatagramBatch): void;
  /** The bell rang. `everyone` may have something to send, if the port is paced. */
  answer(everyone: boolean): void;
  /** The network says that nobody is at this address. */
  unreachable(destination: SocketAddress): void;
  sayLastWords(): void;
}

/** Returns when the endpoint is stopped. A failure is in the memory before it is thrown. */
export default async function listener(task: RoleTask | undefined): Promise<void> {
  // The pool loads this module into each thread ahead of time.
  if (task === undefined) return;
  const endpoint = new EndpointHandle(task);
  try {
    const port = await openPort(task, endpoint.memory);
    try {
      await serve(task, endpoint, port);
    } finally {
      await port.close();
    }
  } catch (error) {
    if (error instanceof HawserError) endpoint.fail(error.code, error.message);
    throw error;
  }
}

async function serve(task: RoleTask, endpoint: EndpointHandle, port: DatagramPort): Promise<void> {
  const { memory } = endpoint;
  const exchange = exchangeOf(task, endpoint, port);
  Atomics.store(memory.words, EndpointWord.localPort, port.localAddress.port);
  const paced = task.impairments !== undefined;
  const events = {
    onDatagrams: (batch: DatagramBatch) => {
      exchange.receive(batch);
    },
    onWake: () => {
      exchange.answer(paced);
    },
    onUnreachable: (destination: SocketAddress) => {
      exchange.unreachable(destination);
    },
    nextDeadlineMicros: () => Infinity,
  };
  const running = port.run(events, () => memory.stopRequested);
  memory.noteThreadReady();
  await running;
  // A reset may still be wanted: whoever failed this endpoint asked for it before the stop.
  exchange.sayLastWords();
  await port.drain(DRAIN_MS);
}

function exchangeOf(task: RoleTask, { memory }: EndpointHandle, port: DatagramPort): Exchange {
  const side = new ThreadSide(memory, task, port);
  if (task.only !== undefined) return new SoleConnection(memory, port, side.berth(task.only));
  if (task.mail !== undefined) return new Switchboard(memory, port, side, task.mail);
  throw new RangeError('an endpoint needs a connection, or mail to get connections by');
}
