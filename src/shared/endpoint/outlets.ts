/**
 * The port of an endpoint, opened as its task says, and the outlets that lead its connections there.
 */
import { lookup } from 'node:dns/promises';
import { HawserError } from '../errors.js';
import type { ConnectionMemory } from '../memory/connection-memory.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import { PortCounter, SendWord } from '../memory/layout.js';
import { readPeerAddress } from '../memory/peer-address.js';
import { BatchedPort } from '../net/batched-port.js';
import type { BatchedSocket } from '../net/batched-socket.js';
import { type DatagramPort, DatagramRun, type SocketAddress } from '../net/datagram-port.js';
import { openDgramPort } from '../net/dgram-port.js';
import { ImpairedPort } from '../net/impaired-port.js';
import type { LinkCounters } from '../net/impairments.js';
import { loadLibcNow } from '../net/libc.js';
import { attachBell } from '../net/native-bell.js';
import { canonicalAddress } from '../net/socket-address.js';
import type { Outlet } from '../transport/outlet.js';
import type { EndpointTask, Route } from './task.js';

const RUN_CAPACITY = 64;

/**
 * The port the listener runs.
 * @throws {HawserError} `ERR_HAWSER_ADDRESS_…`, `ERR_HAWSER_SOCKET`, `ERR_HAWSER_BAD_OPTION`.
 */
export async function openPort(task: EndpointTask, memory: EndpointMemory): Promise<DatagramPort> {
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
 * The port for a thread that is not the listener, if it may send at all: not where the simulator or
 * node:dgram is in the way, which live on the listener's thread. Either way its rings reach a
 * listener that sleeps in the kernel.
 */
export function portBesideListener(
  route: Route | undefined,
  task: Pick<EndpointTask, 'impairments'>,
  memory: EndpointMemory,
): DatagramPort | undefined {
  if (route === undefined) return undefined;
  const port = batchedPort(route.socket, memory);
  return task.impairments === undefined ? port : undefined;
}

function batchedPort(socket: BatchedSocket, memory: EndpointMemory): DatagramPort {
  const libc = memory.loadingGate.pass(loadLibcNow);
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

/** One thread's way out for all connections of an endpoint: they share its port and its run. */
export class Outlets {
  readonly #run = new DatagramRun(new Uint8Array(0), RUN_CAPACITY);

  /** `usable` is asked with the send lock held: after a stop, descriptors may be given out anew. */
  constructor(
    private readonly port: DatagramPort,
    private readonly usable: () => boolean = () => true,
  ) {}

  /** Sends to where the peer of this connection is at the time. */
  of(memory: ConnectionMemory): Outlet {
    const run = this.#run;
    const { port, usable } = this;
    const peer = new PeerOf(memory);
    let refusedBytes = Infinity;
    const flush = () => {
      if (run.count === 0) return;
      port.send(run, peer.address());
      run.count = 0;
      refusedBytes = Math.min(refusedBytes, port.takeRefusedBytes?.() ?? Infinity);
    };
    return {
      allowance: (nowMicros) => (usable() ? port.allowance(nowMicros) : 0),
      push: (headerOffset, headerLength, payloadOffset, payloadLength) => {
        // Whoever pushed before has flushed: each does it before it gives up the send lock.
        run.memory = memory.bytes;
        run.push(headerOffset, headerLength, payloadOffset, payloadLength);
        if (run.full) flush();
      },
      flush,
      takeRefusedBytes: () => {
        const bytes = refusedBytes;
        refusedBytes = Infinity;
        return bytes;
      },
    };
  }
}

/** A thread's copy of the peer's address, renewed when the peer has moved. With the send lock. */
class PeerOf {
  #moves = -1;
  #address: SocketAddress = { host: '0.0.0.0', port: 0 };

  constructor(private readonly memory: ConnectionMemory) {}

  address(): SocketAddress {
    const moves = this.memory.send[SendWord.peerMoves];
    if (moves !== this.#moves) {
      this.#moves = moves;
      this.#address = readPeerAddress(this.memory);
    }
    return this.#address;
  }
}

function simulatorCounters({ portCounters }: EndpointMemory): LinkCounters {
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
