/**
 * The port of an endpoint, opened as its task says, and the outlet that leads the transport to it.
 * Listener's thread.
 */
import { lookup } from 'node:dns/promises';
import type { EndpointTask, Route } from './endpoint.js';
import { HawserError } from './errors.js';
import type { ConnectionMemory } from './memory/connection-memory.js';
import { PortCounter } from './memory/layout.js';
import { BatchedPort } from './net/batched-port.js';
import type { BatchedSocket } from './net/batched-socket.js';
import { type DatagramPort, DatagramRun, type SocketAddress } from './net/datagram-port.js';
import { openDgramPort } from './net/dgram-port.js';
import { ImpairedPort } from './net/impaired-port.js';
import type { LinkCounters } from './net/impairments.js';
import { loadLibcNow } from './net/libc.js';
import { attachBell } from './net/native-bell.js';
import { NativeCopier } from './net/native-copier.js';
import { canonicalAddress } from './net/socket-address.js';
import type { Outlet } from './transport/outlet.js';

const RUN_CAPACITY = 64;

/**
 * The port the listener runs.
 * @throws {HawserError} `ERR_HAWSER_ADDRESS_…`, `ERR_HAWSER_SOCKET`, `ERR_HAWSER_BAD_OPTION`.
 */
export async function openPort(
  task: EndpointTask,
  memory: ConnectionMemory,
): Promise<DatagramPort> {
  const port =
    task.socket === undefined
      ? await openDgramPort({ ...task.local, bell: memory.listenerBell })
      : batchedPort(task.socket, memory);
  if (task.impairments === undefined) return port;
  return new ImpairedPort(port, {
    impairments: task.impairments,
    counters: simulatorCounters(memory),
  });
}

/**
 * The way out for a thread that is not the listener, if it may send at all: not where the simulator
 * or node:dgram is in the way, which live on the listener's thread.
 */
export function outletBesideListener(
  route: Route | undefined,
  task: Pick<EndpointTask, 'impairments'>,
  memory: ConnectionMemory,
): Outlet | undefined {
  if (route === undefined) return undefined;
  const port = batchedPort(route.socket, memory);
  if (task.impairments !== undefined) return undefined;
  const outlet = outletTo(route.peer, port, memory);
  // Looked at with the send lock held: from the stop on, descriptors may be closed and given out anew.
  return { ...outlet, allowance: () => (memory.stopRequested ? 0 : Infinity) };
}

function batchedPort(socket: BatchedSocket, memory: ConnectionMemory): DatagramPort {
  const libc = loadLibcNow();
  memory.copier = new NativeCopier(libc);
  return new BatchedPort({ libc, socket, bell: attachBell(memory, socket) });
}

/** A numeric address for a host that may be a name. */
export async function resolveAddress({ host, port }: SocketAddress): Promise<SocketAddress> {
  try {
    const { address } = await lookup(host);
    return canonicalAddress({ host: address, port });
  } catch (cause) {
    const text = `host ${JSON.stringify(host)} cannot be resolved; give a name or a numeric address that exists`;
    throw new HawserError('ERR_HAWSER_ADDRESS_INVALID', text, { cause });
  }
}

/** An outlet that sends everything to one peer. */
export function outletTo(
  peer: SocketAddress,
  port: DatagramPort,
  memory: ConnectionMemory,
): Outlet {
  const run = new DatagramRun(memory.bytes, RUN_CAPACITY);
  const flush = () => {
    if (run.count > 0) port.send(run, peer);
    run.count = 0;
  };
  return {
    allowance: (nowMicros) => port.allowance(nowMicros),
    push: (headerOffset, headerLength, payloadOffset, payloadLength) => {
      run.push(headerOffset, headerLength, payloadOffset, payloadLength);
      if (run.full) flush();
    },
    flush,
  };
}

function simulatorCounters({ portCounters }: ConnectionMemory): LinkCounters {
  const places: Readonly<Record<string, number | undefined>> = {
    dropped: PortCounter.simulatedDropped,
    corrupted: PortCounter.simulatedCorrupted,
    delayed: PortCounter.simulatedDelayed,
  };
  return {
    add: (name, amount) => {
      const place = places[name];
      if (place !== undefined) portCounters[place] += amount;
    },
  };
}
