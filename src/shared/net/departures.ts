/**
 * The pause between two datagrams, without ever sleeping: one may be on its way and one more booked
 * for the next departure, so that an event loop that turns a little late costs no departure; who
 * does not ask gets later departure times. Listener's thread.
 */
export class Departures {
  #nextMicros = 0;
  #refused = false;

  /** `intervalMicros` 0 switches spacing off. */
  constructor(private readonly intervalMicros: number) {}

  get spaced(): boolean {
    return this.intervalMicros > 0;
  }

  /** How many datagrams can be booked now. */
  allowance(nowMicros: number): number {
    if (!this.spaced) return Infinity;
    this.#refused = nowMicros < this.#opensAtMicros;
    return this.#refused ? 0 : 1;
  }

  /** When somebody who was refused can be told to try again; Infinity if nobody was. */
  get nextWakeMicros(): number {
    return this.#refused ? this.#opensAtMicros : Infinity;
  }

  /** From then on one more can be booked. */
  get #opensAtMicros(): number {
    return this.#nextMicros - this.intervalMicros;
  }

  /** Books the next departure. */
  next(nowMicros: number): number {
    if (!this.spaced) return nowMicros;
    const departure = Math.max(nowMicros, this.#nextMicros);
    this.#nextMicros = departure + this.intervalMicros;
    return departure;
  }
}
