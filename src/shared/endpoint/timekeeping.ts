/**
 * The timer thread's loops, by whatever clock: the lab has one that stands still.
 */
import type { ConnectionMemory } from '../memory/connection-memory.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import type { Connection } from '../transport/connection.js';
import { Deadlines } from './deadlines.js';
import type { Berth } from './berth-cache.js';

/** For one connection: sleeps until its earliest deadline or a ring, and returns at its stop word. */
export function keepTime(
  memory: ConnectionMemory,
  connection: Connection,
  nowMicros: () => number,
): void {
  for (;;) {
    // The ticket before the stop word and the deadlines: a ring in between ends the sleep at once.
    const ticket = memory.timerBell.ticket();
    if (memory.stopRequested) return;
    const earliest = connection.expire(nowMicros());
    memory.timerBell.wait(ticket, Math.max(0, earliest - nowMicros()) / 1e3);
  }
}

/** For all connections of an endpoint. */
export class Timekeeper {
  readonly #berths: (Berth | undefined)[] = [];
  readonly #deadlines = new Deadlines();

  constructor(
    private readonly memory: EndpointMemory,
    private readonly nowMicros: () => number,
    /** Lets connections in and out as the other threads say. */
    private readonly takeMail: (keeper: Timekeeper) => void,
  ) {}

  add(berth: Berth): void {
    this.#berths[berth.place] = berth;
    this.#expire(berth);
  }

  remove(place: number): void {
    this.#berths[place] = undefined;
    this.#deadlines.set(place, Infinity);
  }

  /** Sleeps until the earliest deadline or a ring, runs what is due, and returns at the stop word. */
  run(): void {
    const { memory } = this;
    for (;;) {
      // The ticket before the stop word and all that may have changed: a ring in between ends the
      // sleep at once.
      const ticket = memory.timerBell.ticket();
      if (memory.stopRequested) return;
      this.takeMail(this);
      memory.timerRoll.read((place) => {
        this.#called(place);
      });
      this.#expireDue();
      const left = this.#deadlines.earliest - this.nowMicros();
      memory.timerBell.wait(ticket, Math.max(0, left) / 1e3);
    }
  }

  #called(place: number): void {
    // A newcomer may call before its letter has been opened: the letter was sent first.
    if (this.#berths[place] === undefined) this.takeMail(this);
    const berth = this.#berths[place];
    if (berth !== undefined) this.#expire(berth);
  }

  #expireDue(): void {
    const now = this.nowMicros();
    while (this.#deadlines.earliest <= now) {
      const berth = this.#berths[this.#deadlines.first];
      if (berth === undefined) throw new RangeError('a deadline without a connection');
      this.#expire(berth);
    }
  }

  #expire({ place, connection }: Berth): void {
    const now = this.nowMicros();
    // What was just due is off; anything else that is due already gets its turn after the others.
    this.#deadlines.set(place, Math.max(connection.expire(now), now + 1));
  }
}
