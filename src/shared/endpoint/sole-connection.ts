/**
 * The listener's part for an endpoint that speaks to one address only: all datagrams from there are
 * the one connection's, also those that it will refuse, and nobody else's are. Who opens from
 * elsewhere is told that he is not wanted. Listener's thread.
 */
import { nowMicros } from '../clock.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import { PortCounter } from '../memory/layout.js';
import { readPeerAddress } from '../memory/peer-address.js';
import {
  type DatagramBatch,
  type DatagramPort,
  datagramsIn,
  type SocketAddress,
} from '../net/datagram-port.js';
import type { Connection } from '../transport/connection.js';
import { ParseResult } from '../wire/parse-result.js';
import { parseSegment } from '../wire/parse.js';
import { Segment } from '../wire/segment.js';
import { NEWCOMER } from './doorman.js';
import { sameAddress } from './roster.js';
import { StrayAnswers } from './stray-answers.js';
import type { Berth } from './berth-cache.js';

export class SoleConnection {
  readonly #connection: Connection;
  readonly #peer: SocketAddress;
  readonly #answers: StrayAnswers;
  readonly #segment = new Segment();

  constructor(
    private readonly memory: EndpointMemory,
    port: DatagramPort,
    { connection, memory: own }: Berth,
  ) {
    this.#connection = connection;
    this.#peer = readPeerAddress(own);
    this.#answers = new StrayAnswers(memory, port);
  }

  receive(batch: DatagramBatch): void {
    const now = nowMicros();
    const { portCounters } = this.memory;
    const { input } = this.#connection;
    batch.forEachTrain((bytes, start, end, every, source) => {
      const count = datagramsIn(start, end, every);
      portCounters[PortCounter.datagramsReceived] += count;
      portCounters[PortCounter.datagramBytesReceived] += end - start;
      if (!sameAddress(source, this.#peer)) {
        portCounters[PortCounter.strangers] += count;
        this.#refuse(bytes, start, Math.min(start + every, end), source, now);
        return;
      }
      let at = start;
      do at = input.train(bytes, at, end, every, now);
      while (at < end);
    });
    input.endBatch(now);
    this.#connection.output(now);
  }

  /** Only an opening is answered: it names somebody who waits for that. */
  #refuse(
    bytes: Uint8Array,
    start: number,
    end: number,
    source: SocketAddress,
    nowMicros: number,
  ): void {
    const segment = this.#segment;
    if (parseSegment(bytes, start, end, NEWCOMER, segment) !== ParseResult.ok) return;
    if (segment.reset || !segment.opening) return;
    this.#answers.turnAway(segment.sourceConnectionId, source, nowMicros);
  }

  answer(): void {
    this.memory.listenerRoll.read(() => undefined);
    const now = nowMicros();
    this.#connection.input.restIfAsked(now);
    this.#connection.output(now);
  }

  /** Whoever starts first meets a port that is not open yet: that says nothing. */
  unreachable(): void {
    // Nothing: the opening is repeated.
  }

  sayLastWords(): void {
    this.#connection.output(nowMicros());
  }
}
