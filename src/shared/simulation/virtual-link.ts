/**
 * One direction of a virtual network: takes datagrams and delivers them later, damaged, twice, in
 * another order or not at all. Every kind of decision has a random stream of its own, so that
 * turning one impairment off leaves the others' decisions as they were.
 */
import { flipBits } from '../net/bit-flips.js';
import { type RandomStream, randomStreams } from '../net/random.js';
import type { Agenda } from './agenda.js';
import type { LinkConditions } from './link-conditions.js';

/** In datagrams if the name does not say bytes. */
export class LinkFigures {
  sent = 0;
  sentBytes = 0;
  lost = 0;
  corrupted = 0;
  duplicated = 0;
  delivered = 0;
}

export class VirtualLink {
  readonly figures = new LinkFigures();
  readonly #loss: RandomStream;
  readonly #burst: RandomStream;
  readonly #corruption: RandomStream;
  readonly #duplication: RandomStream;
  readonly #delay: RandomStream;
  #burstUntil = -Infinity;
  /** When the bottleneck has passed on everything it was given. */
  #bottleneckFreeAt = 0;

  constructor(
    private readonly agenda: Agenda,
    private readonly conditions: LinkConditions,
    seed: number,
    private readonly deliver: (datagram: Uint8Array) => void,
  ) {
    [this.#loss, this.#burst, this.#corruption, this.#duplication, this.#delay] = randomStreams(
      seed,
      5,
    );
  }

  /** The link keeps `datagram`; the sender must not touch it again. */
  send(datagram: Uint8Array): void {
    const { figures, conditions } = this;
    figures.sent += 1;
    figures.sentBytes += datagram.length;
    const departure = this.#throughBottleneck(datagram.length);
    const lost = this.#isLost(departure) || datagram.length > conditions.maximumDatagramBytes;
    const twice = this.#duplication.chance(conditions.duplicationRate);
    if (lost) {
      figures.lost += 1;
      return;
    }
    const { corruptionRate } = conditions;
    const copy = twice ? datagram.slice() : undefined;
    const flips = flipBits(datagram, 0, datagram.length, corruptionRate, this.#corruption);
    if (flips > 0) figures.corrupted += 1;
    this.#carry(datagram, departure);
    if (copy === undefined) return;
    figures.duplicated += 1;
    this.#carry(copy, departure);
  }

  /** When the datagram has passed the bottleneck; Infinity if there is no room for it to wait. */
  #throughBottleneck(bytes: number): number {
    const { nowMicros } = this.agenda;
    const { bytesPerSecond, queueBytes } = this.conditions;
    if (bytesPerSecond === Infinity) return nowMicros;
    const start = Math.max(nowMicros, this.#bottleneckFreeAt);
    const waitingBytes = ((start - nowMicros) * bytesPerSecond) / 1e6;
    if (waitingBytes + bytes > queueBytes) return Infinity;
    this.#bottleneckFreeAt = start + (bytes * 1e6) / bytesPerSecond;
    return this.#bottleneckFreeAt;
  }

  #isLost(departureMicros: number): boolean {
    const { lossRate, burstRate, longestBurstMicros, blackouts } = this.conditions;
    const byItself = this.#loss.chance(lossRate);
    if (this.#burst.chance(burstRate)) {
      this.#burstUntil = departureMicros + this.#burst.next() * longestBurstMicros;
    }
    const dark = blackouts.some(
      ({ fromMicros, untilMicros }) =>
        departureMicros >= fromMicros && departureMicros < untilMicros,
    );
    return byItself || departureMicros < this.#burstUntil || dark || departureMicros === Infinity;
  }

  #carry(datagram: Uint8Array, departureMicros: number): void {
    const { delayMicros, jitterMicros } = this.conditions;
    const arrival = departureMicros + delayMicros + this.#delay.next() * jitterMicros;
    this.agenda.at(arrival, () => {
      this.figures.delivered += 1;
      this.deliver(datagram);
    });
  }
}
