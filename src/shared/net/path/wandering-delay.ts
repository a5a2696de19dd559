/**
 * Jitter as a queue somewhere else makes it: a delay that goes from one random value to the next in a
 * straight line, and changes by at most a quarter of the time that passes. Datagrams therefore come
 * closer together and farther apart, but never overtake each other. Sans-IO; one thread.
 */
import type { RandomStream } from '../random.js';

/** The steepest slope is one over this. */
const STRETCH = 4;

export class WanderingDelay {
  readonly #intervalMicros: number;
  #from = 0;
  #to = 0;
  #turnsAtMicros = -Infinity;

  /** Values lie in [0, `mostMicros`). */
  constructor(
    private readonly mostMicros: number,
    private readonly random: RandomStream,
  ) {
    this.#intervalMicros = STRETCH * mostMicros;
  }

  /** The delay at a time not before the last one asked for. */
  at(nowMicros: number): number {
    if (this.mostMicros === 0) return 0;
    if (nowMicros >= this.#turnsAtMicros) this.#turn(nowMicros);
    const left = (this.#turnsAtMicros - nowMicros) / this.#intervalMicros;
    return this.#to + (this.#from - this.#to) * left;
  }

  #turn(nowMicros: number): void {
    const idle = nowMicros - this.#turnsAtMicros >= this.#intervalMicros;
    this.#from = idle ? this.#draw() : this.#to;
    this.#to = this.#draw();
    this.#turnsAtMicros = (idle ? nowMicros : this.#turnsAtMicros) + this.#intervalMicros;
  }

  #draw(): number {
    return this.random.next() * this.mostMicros;
  }
}
