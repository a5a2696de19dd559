/**
 * Drives a relay through `node:dgram`, where the batched sockets do not load. What is due within a
 * millisecond, which is as fine as timers go, is waited for in turns of the event loop. Relay's thread.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

import { nowMicros } from '../clock.js';
import type { DatagramRun, SocketAddress } from '../net/datagram-port.js';
import {
  addressFamily,
  type AddressFamily,
  bindError,
  hostForFamily,
  unmappedHost,
} from '../net/socket-address.js';
import { SOCKET_BUFFER_BYTES } from '../net/udp.js';
import type { Client } from './clients.js';
import { Relay, type RelayPlan } from './relay.js';
import type { RelayLoop } from './relay-loop.js';
import type { Arrivals, RelaySocket } from './relay-socket.js';

const TIMER_MICROS = 1000;
const LONGEST_SLEEP_MICROS = 50_000;

/** Binds `listen`. @throws {HawserError} if it cannot be bound. */
export async function openDgramRelayLoop(
  plan: RelayPlan,
  listen: SocketAddress,
): Promise<DgramRelayLoop> {
  const family = addressFamily(listen);
  const socket = openSocket(family);
  try {
    const listening = once(socket, 'listening');
    socket.bind({ address: listen.host, port: listen.port, exclusive: true });
    await listening;
  } catch (error) {
    socket.close();
    throw bindError(listen, (error as NodeJS.ErrnoException).code ?? 'unknown', error);
  }
  return new DgramRelayLoop(plan, socket, family);
}

export class DgramRelayLoop implements RelayLoop {
  readonly relay: Relay;
  readonly localAddress: SocketAddress;
  sendFailures = 0;
  unreachable = 0;
  readonly #listener: RelaySocket;
  #wake: () => void = () => undefined;

  /** `listener` is bound. */
  constructor(plan: RelayPlan, listener: Socket, family: AddressFamily) {
    const { address, port } = listener.address();
    this.localAddress = { host: address, port };
    this.#listener = this.#socketOn(listener, family, (batch) => {
      this.relay.fromClients(batch, nowMicros());
    });
    const openUpstream = (client: () => Client) => this.#openUpstream(plan, client);
    this.relay = new Relay(plan, { listener: this.#listener, openUpstream }, nowMicros());
  }

  async run(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      this.relay.turn(nowMicros());
      await this.#sleep(this.relay.nextDueMicros - nowMicros());
    }
  }

  close(): void {
    this.relay.clients.endAll();
    this.#listener.close();
  }

  #openUpstream({ target }: RelayPlan, client: () => Client): RelaySocket {
    const family = addressFamily(target);
    return this.#socketOn(openBound(family), family, (batch) => {
      this.relay.fromTarget(client(), batch, nowMicros());
    });
  }

  #socketOn(
    socket: Socket,
    family: AddressFamily,
    receive: (batch: Arrivals) => void,
  ): RelaySocket {
    socket.on('message', (message, source) => {
      receive(new SingleDatagram(message, source));
      this.#wake();
    });
    socket.on('error', () => {
      this.unreachable += 1;
    });
    return new DgramRelaySocket(socket, family, () => {
      this.sendFailures += 1;
    });
  }

  /** Until a datagram comes, or the time is over. */
  #sleep(micros: number): Promise<void> {
    return new Promise((resolve) => {
      const asleep =
        micros < TIMER_MICROS
          ? { immediate: setImmediate(resolve) }
          : { timer: setTimeout(resolve, Math.min(micros, LONGEST_SLEEP_MICROS) / 1e3 - 1) };
      this.#wake = () => {
        clearTimeout(asleep.timer);
        clearImmediate(asleep.immediate);
        resolve();
      };
    });
  }
}

class DgramRelaySocket implements RelaySocket {
  #closed = false;

  constructor(
    private readonly socket: Socket,
    private readonly family: AddressFamily,
    private readonly onRefused: () => void,
  ) {}

  send(run: DatagramRun, { host, port }: SocketAddress): void {
    const address = hostForFamily(host, this.family);
    for (let at = 0; at < run.count && !this.#closed; at++) {
      // A copy: the system may take the bytes only after this has returned.
      const datagram = Buffer.copyBytesFrom(
        run.memory,
        run.payloadOffset[at],
        run.payloadLength[at],
      );
      this.#send(datagram, port, address);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.socket.close();
  }

  #send(datagram: Buffer, port: number, address: string): void {
    try {
      this.socket.send(datagram, port, address, (error) => {
        if (error !== null) this.onRefused();
      });
    } catch {
      // Node refuses a destination port 0, which a forged source address may well contain.
      this.onRefused();
    }
  }
}

class SingleDatagram implements Arrivals {
  constructor(
    private readonly message: Uint8Array,
    private readonly source: RemoteInfo,
  ) {}

  forEach(visit: Parameters<Arrivals['forEach']>[0]): void {
    const { address, port } = this.source;
    visit(this.message, 0, this.message.length, { host: unmappedHost(address), port });
  }
}

/**
 * On any port, bound during the call: before that it has no descriptor, and would lack one unnoticed.
 * @throws {HawserError} `ERR_HAWSER_SOCKET` if the system has none left.
 */
function openBound(family: AddressFamily): Socket {
  const socket = openSocket(family);
  const refuse = (error: NodeJS.ErrnoException) => {
    socket.close();
    const anywhere = { host: family === 6 ? '::' : '0.0.0.0', port: 0 };
    throw bindError(anywhere, error.code ?? 'unknown', error);
  };
  socket.once('error', refuse);
  socket.bind({ port: 0, exclusive: true });
  socket.off('error', refuse);
  return socket;
}

function openSocket(family: AddressFamily): Socket {
  return createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    recvBufferSize: SOCKET_BUFFER_BYTES,
    sendBufferSize: SOCKET_BUFFER_BYTES,
    // Addresses are numeric: answered during the call, not on the next tick.
    lookup: (host, _options, callback) => {
      callback(null, host, family);
    },
  });
}
