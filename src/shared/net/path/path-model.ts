/**
 * One direction of a network path, sans-IO: told a datagram's size and the time, it says when the
 * datagram arrives, whether twice, damaged, or not at all. Who carries the bytes keeps them until
 * then: the links of the simulation in virtual time, the relay in real time. One thread.
 *
 *   send → [too large?] → queue → bottleneck → [blackout? lost? burst?] → damage → delays → arrival
 *
 * Every kind of decision has a random stream of its own and draws once a datagram, also for one that
 * is lost for another reason, so that turning one impairment off leaves the others' decisions as they
 * were.
 */
import { firstFlip, flipBitsFrom } from '../bit-flips.js';
import { type RandomStream, randomStreams } from '../random.js';
import { Bottleneck } from './bottleneck.js';
import { BurstChain } from './burst-chain.js';
import type { PathConditions } from './conditions.js';
import { type LossCount, type PathCounters, zeroCounters } from './counters.js';
import { DelayHistogram } from './delay-histogram.js';
import { WanderingDelay } from './wandering-delay.js';

const STREAMS = 6;
const INTACT = -1;

/** What becomes of one datagram. */
export class Fate {
  /** Infinity if it is lost. */
  arrivesAtMicros = Infinity;
  /** A second, undamaged copy; Infinity if there is none. */
  copyArrivesAtMicros = Infinity;
  /** How long it waited before the bottleneck; Infinity if it found no room there. */
  queueingMicros = 0;
  /** The lowest bit to be flipped; −1 if the datagram stays whole. */
  firstFlippedBit = INTACT;

  get isLost(): boolean {
    return this.arrivesAtMicros === Infinity;
  }

  get isDamaged(): boolean {
    return this.firstFlippedBit !== INTACT;
  }
}

export class PathModel {
  readonly counters: PathCounters = zeroCounters();
  /** Waiting times before the bottleneck, of the datagrams that found room. */
  readonly queueing = new DelayHistogram();
  readonly #loss: RandomStream;
  readonly #burst: BurstChain;
  readonly #corruption: RandomStream;
  readonly #duplication: RandomStream;
  readonly #delivery: RandomStream;
  readonly #jitter: WanderingDelay;
  /** ln(1 − corruptionRate): the logarithm of a datagram's chance to stay whole. */
  readonly #logIntact: number;
  readonly #fate = new Fate();

  /**
   * Several paths may share one bottleneck. `beganAtMicros` is where blackouts are counted from, on
   * the clock that `carry` is told.
   */
  constructor(
    private readonly conditions: PathConditions,
    seed: number,
    readonly bottleneck = new Bottleneck(conditions.bytesPerSecond, conditions.queueBytes),
    private readonly beganAtMicros = 0,
  ) {
    const [loss, burst, corruption, duplication, delivery, jitter] = randomStreams(seed, STREAMS);
    this.#loss = loss;
    this.#burst = new BurstChain(conditions.burst, burst);
    this.#corruption = corruption;
    this.#duplication = duplication;
    this.#delivery = delivery;
    this.#jitter = new WanderingDelay(conditions.jitterMicros, jitter);
    this.#logIntact = Math.log1p(-conditions.corruptionRate);
  }

  /** The fate of a datagram of `bytes` that enters now. The same object each time: read it at once. */
  carry(bytes: number, nowMicros: number): Fate {
    const { counters, conditions } = this;
    counters.sent += 1;
    counters.sentBytes += bytes;
    const waitMicros = this.bottleneck.waitMicros(nowMicros);
    const fits = bytes <= this.#maximumAt(nowMicros);
    const departure = fits ? this.bottleneck.pass(bytes, nowMicros) : Infinity;
    const cause = this.#lossOf(fits, departure);
    const twice = this.#duplication.chance(conditions.duplicationRate);
    const bit = this.#firstFlip(bytes);
    const fate = this.#fate;
    fate.queueingMicros = departure === Infinity ? Infinity : waitMicros;
    if (departure !== Infinity) this.queueing.add(waitMicros);
    fate.firstFlippedBit = cause === undefined ? bit : INTACT;
    fate.arrivesAtMicros = this.#arrival(cause === undefined ? departure : Infinity);
    fate.copyArrivesAtMicros = twice ? this.#arrivalOfCopy(fate, departure) : Infinity;
    this.#count(fate, cause);
    return fate;
  }

  /** Flips the bits of a datagram whose fate, the last one told, says that it is damaged. */
  damage(bytes: Uint8Array, start: number, length: number): void {
    const { firstFlippedBit } = this.#fate;
    const logOfMiss = this.#logIntact / (8 * length);
    flipBitsFrom(firstFlippedBit, bytes, start, length, logOfMiss, this.#corruption);
  }

  #lossOf(fits: boolean, departureMicros: number): LossCount | undefined {
    const byChance = this.#loss.chance(this.conditions.lossRate);
    const inBurst = this.#burst.next();
    if (!fits) return 'droppedAsTooLarge';
    if (departureMicros === Infinity) return 'droppedByQueue';
    if (this.#isDark(departureMicros)) return 'lostInBlackouts';
    if (byChance) return 'lostByChance';
    return inBurst ? 'lostInBursts' : undefined;
  }

  #maximumAt(nowMicros: number): number {
    const { maximumDatagramBytes, laterMaximums } = this.conditions;
    if (laterMaximums === undefined) return maximumDatagramBytes;
    const elapsed = nowMicros - this.beganAtMicros;
    const latest = laterMaximums.findLast(({ fromMicros }) => elapsed >= fromMicros);
    return latest?.maximumDatagramBytes ?? maximumDatagramBytes;
  }

  #isDark(departureMicros: number): boolean {
    const { blackouts } = this.conditions;
    if (blackouts.length === 0) return false;
    const at = departureMicros - this.beganAtMicros;
    return blackouts.some(({ fromMicros, untilMicros }) => at >= fromMicros && at < untilMicros);
  }

  #firstFlip(bytes: number): number {
    const bits = 8 * bytes;
    if (this.#logIntact === 0 || bits === 0) return INTACT;
    const bit = firstFlip(this.#logIntact / bits, this.#corruption);
    return bit < bits ? bit : INTACT;
  }

  #arrival(departureMicros: number): number {
    const { delayMicros, maximumDeliveryDelayMicros } = this.conditions;
    const own = this.#delivery.next() * maximumDeliveryDelayMicros;
    if (departureMicros === Infinity) return Infinity;
    return departureMicros + delayMicros + this.#jitter.at(departureMicros) + own;
  }

  #arrivalOfCopy(fate: Fate, departureMicros: number): number {
    const arrival = this.#arrival(departureMicros);
    return fate.isLost ? Infinity : arrival;
  }

  #count({ isLost, isDamaged, copyArrivesAtMicros }: Fate, cause: LossCount | undefined): void {
    const { counters } = this;
    if (cause !== undefined) counters[cause] += 1;
    if (isLost) counters.lost += 1;
    if (isDamaged) counters.corrupted += 1;
    if (copyArrivesAtMicros !== Infinity) counters.duplicated += 1;
  }
}
