/** The outlet of a virtual endpoint: gathers each datagram and hands it over, spaced out if asked. */
import { Departures } from '../net/departures.js';
import type { Outlet } from '../transport/outlet.js';

export class PacedOutlet implements Outlet {
  readonly #departures: Departures;

  constructor(
    private readonly memory: Uint8Array,
    intervalMicros: number,
    private readonly clock: () => number,
    private readonly transmit: (datagram: Uint8Array) => void,
  ) {
    this.#departures = new Departures(intervalMicros);
  }

  /** When somebody who was refused should come again; Infinity if nobody was. */
  get nextWakeMicros(): number {
    return this.#departures.nextWakeMicros;
  }

  allowance(nowMicros: number): number {
    return this.#departures.allowance(nowMicros);
  }

  push(header: number, headerLength: number, payload: number, payloadLength: number): void {
    this.#departures.next(this.clock());
    const datagram = new Uint8Array(headerLength + payloadLength);
    datagram.set(this.memory.subarray(header, header + headerLength));
    datagram.set(this.memory.subarray(payload, payload + payloadLength), headerLength);
    this.transmit(datagram);
  }

  flush(): void {
    // Nothing is held back.
  }
}
