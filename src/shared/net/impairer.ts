/**
 * Decides what happens to each datagram of an impaired port, and keeps those that are under way
 * until they are due. Listener's thread.
 */
import { flipBits } from './bit-flips.js';
import { DatagramPool } from './datagram-pool.js';
import { DatagramRun, type DatagramPort, type SocketAddress } from './datagram-port.js';
import { DelayQueue } from './delay-queue.js';
import type { Impairments, LinkCounters, LinkLimits, LossPredicate } from './impairments.js';
import { randomStreams, type RandomStream } from './random.js';
import { ShuffleWindow } from './shuffle-window.js';

/** 8192 datagrams: at 100 ms of delay, more than any port of ours sends. */
const DEFAULT_CAPACITY = 8192;
const RUN_CAPACITY = 64;

/** Deliveries wait for each other at most this long, or this share of the longest delay. */
const LONGEST_GRAIN_MICROS = 1000;
const GRAIN_SHARE = 1 / 32;

export class Impairer {
  readonly #pool: DatagramPool;
  readonly #queue: DelayQueue;
  readonly #shuffle: ShuffleWindow;
  readonly #dropIndices: ReadonlySet<number>;
  readonly #loses: LossPredicate;
  readonly #maxDelayMicros: number;
  readonly #grainMicros: number;
  readonly #outgoing: DatagramRun;
  readonly #outgoingSlots = new Int32Array(RUN_CAPACITY);
  #outgoingTo: SocketAddress = { host: '', port: 0 };
  readonly #loss: RandomStream;
  readonly #corruption: RandomStream;
  readonly #delay: RandomStream;
  /** The number of the latest datagram; the first is 1. */
  #number = 0;

  constructor(
    private readonly inner: DatagramPort,
    private readonly impairments: Impairments,
    private readonly counters: LinkCounters,
    { capacity = DEFAULT_CAPACITY, loses = () => false }: LinkLimits,
  ) {
    this.#pool = new DatagramPool(capacity);
    this.#queue = new DelayQueue(capacity);
    this.#outgoing = new DatagramRun(this.#pool.memory, RUN_CAPACITY);
    this.#dropIndices = new Set(impairments.dropIndices);
    this.#loses = loses;
    this.#maxDelayMicros = 1e3 * impairments.maxDeliveryDelayMs;
    this.#grainMicros = Math.min(LONGEST_GRAIN_MICROS, this.#maxDelayMicros * GRAIN_SHARE);
    const [loss, corruption, delay, shuffle] = randomStreams(impairments.seed, 4);
    this.#loss = loss;
    this.#corruption = corruption;
    this.#delay = delay;
    const { shuffleWindow, shuffleHoldMs } = impairments;
    this.#shuffle = new ShuffleWindow(shuffleWindow, 1e3 * shuffleHoldMs, shuffle);
  }

  /** How many more datagrams can be under way. */
  get room(): number {
    return this.#pool.free;
  }

  /** When {@link release} has something to do; a little later than due, so that it has more to do. */
  get nextDueMicros(): number {
    return Math.min(this.#queue.nextDueMicros + this.#grainMicros, this.#shuffle.flushAtMicros);
  }

  /** Datagrams that went past, reliably: they have numbers too. */
  skip(count: number): void {
    this.#number += count;
  }

  /** Decides about datagram `at` of the run, which departs at `departureMicros`. */
  put(
    run: DatagramRun,
    at: number,
    destination: SocketAddress,
    departureMicros: number,
    reliable: boolean,
  ): void {
    const number = ++this.#number;
    if (!reliable && this.#lostByChance(number)) return;
    const slot = this.#pool.take(run, at, destination);
    if (slot === undefined) this.counters.add('overflowed', 1);
    else if (reliable) this.#queue.push(slot, departureMicros);
    else if (this.#lostByPredicate(slot, number)) this.#pool.giveBack(slot);
    else {
      this.#corrupt(slot);
      if (this.#shuffle.size > 1) this.#hold(slot, departureMicros);
      else this.#delayFrom(departureMicros, slot);
    }
  }

  /** Hands everything that is due to the port below. */
  release(nowMicros: number): void {
    if (nowMicros >= this.#shuffle.flushAtMicros) this.#releaseShuffled(nowMicros);
    while (this.#queue.nextDueMicros <= nowMicros) this.#deliver(this.#queue.pop());
    this.#sendOutgoing();
  }

  #lostByChance(number: number): boolean {
    // The draw is made in any case, so that a number given to lose changes nothing for the others.
    const lost = this.#loss.chance(this.impairments.lossRate) || this.#dropIndices.has(number);
    if (lost) this.counters.add('dropped', 1);
    return lost;
  }

  #lostByPredicate(slot: number, number: number): boolean {
    const start = this.#pool.start[slot];
    const lost = this.#loses(this.#pool.memory, start, start + this.#pool.length[slot], number);
    if (lost) this.counters.add('dropped', 1);
    return lost;
  }

  #corrupt(slot: number): void {
    const { memory, start, length } = this.#pool;
    const { corruptionRate } = this.impairments;
    const flips = flipBits(memory, start[slot], length[slot], corruptionRate, this.#corruption);
    if (flips > 0) this.counters.add('corrupted', 1);
  }

  #hold(slot: number, departureMicros: number): void {
    this.#shuffle.put(slot, departureMicros);
    if (this.#shuffle.full) this.#releaseShuffled(departureMicros);
  }

  #releaseShuffled(fromMicros: number): void {
    for (const slot of this.#shuffle.takeAll()) this.#delayFrom(fromMicros, slot);
  }

  #delayFrom(fromMicros: number, slot: number): void {
    const delayMicros = this.#delay.next() * this.#maxDelayMicros;
    if (delayMicros > 0) this.counters.add('delayed', 1);
    this.#queue.push(slot, fromMicros + delayMicros);
  }

  #deliver(slot: number): void {
    const destination = this.#pool.destination[slot];
    if (this.#outgoing.full || destination !== this.#outgoingTo) this.#sendOutgoing();
    this.#outgoingTo = destination;
    this.#outgoingSlots[this.#outgoing.count] = slot;
    this.#outgoing.push(this.#pool.start[slot], 0, this.#pool.start[slot], this.#pool.length[slot]);
  }

  #sendOutgoing(): void {
    const { count } = this.#outgoing;
    if (count === 0) return;
    this.inner.send(this.#outgoing, this.#outgoingTo);
    this.counters.add('delivered', count);
    for (let at = 0; at < count; at++) this.#pool.giveBack(this.#outgoingSlots[at]);
    this.#outgoing.count = 0;
  }
}
