/**
 * The listener's part for an endpoint that speaks to one address only: all datagrams from there are
 * the one connection's, also those that it will refuse, and nobody else's are. Listener's thread.
 */
import { nowMicros } from '../clock.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import { PortCounter } from '../memory/layout.js';
import { readPeerAddress } from '../memory/peer-address.js';
import type { DatagramBatch, SocketAddress } from '../net/datagram-port.js';
import type { Connection } from '../transport/connection.js';
import { sameAddress } from './roster.js';
import type { Berth } from './thread-side.js';

export class SoleConnection {
  readonly #connection: Connection;
  readonly #peer: SocketAddress;

  constructor(
    private readonly memory: EndpointMemory,
    { connection, memory: own }: Berth,
  ) {
    this.#connection = connection;
    this.#peer = readPeerAddress(own);
  }

  receive(batch: DatagramBatch): void {
    const now = nowMicros();
    const { portCounters } = this.memory;
    const { input } = this.#connection;
    batch.forEach((bytes, start, end, source) => {
      portCounters[PortCounter.datagramsReceived] += 1;
      portCounters[PortCounter.datagramBytesReceived] += end - start;
      if (sameAddress(source, this.#peer)) input.datagram(bytes, start, end, now);
      else portCounters[PortCounter.strangers] += 1;
    });
    input.endBatch(now);
    this.#connection.output(now);
  }

  answer(): void {
    this.memory.listenerRoll.read(() => undefined);
    this.#connection.output(nowMicros());
  }

  sayLastWords(): void {
    this.#connection.output(nowMicros());
  }
}
