/**
 * The pause between two datagrams, without ever sleeping: who asks first sends one datagram and
 * then none until the interval has passed; who does not ask gets later departure times.
 * Listener's thread.
 */
export class Departures {
  #nextMicros = 0;
  #refused = false;

  /** `intervalMicros` 0 switches spacing off. */
  constructor(private readonly intervalMicros: number) {}

  get spaced(): boolean {
    return this.intervalMicros > 0;
  }

  /** How many datagrams can depart at once. */
  allowance(nowMicros: number): number {
    if (!this.spaced) return Infinity;
    this.#refused = nowMicros < this.#nextMicros;
    return this.#refused ? 0 : 1;
  }

  /** When somebody who was refused can be told to try again; Infinity if nobody was. */
  get nextWakeMicros(): number {
    return this.#refused ? this.#nextMicros : Infinity;
  }

  /** Books the next departure. */
  next(nowMicros: number): number {
    if (!this.spaced) return nowMicros;
    const departure = Math.max(nowMicros, this.#nextMicros);
    this.#nextMicros = departure + this.intervalMicros;
    return departure;
  }
}
