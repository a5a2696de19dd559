/**
 * One direction of a virtual network: the path model, the datagrams that are under way, and virtual
 * time. Links that share a bottleneck take each other's room.
 */
import type { Bottleneck } from '../net/path/bottleneck.js';
import type { PathCounters } from '../net/path/counters.js';
import { PathModel } from '../net/path/path-model.js';
import type { Agenda } from './agenda.js';
import type { LinkConditions } from './link-conditions.js';

export class VirtualLink {
  readonly path: PathModel;

  constructor(
    private readonly agenda: Agenda,
    conditions: LinkConditions,
    seed: number,
    private readonly deliver: (datagram: Uint8Array) => void,
    bottleneck?: Bottleneck,
  ) {
    this.path = new PathModel(conditions, seed, bottleneck);
  }

  get figures(): PathCounters {
    return this.path.counters;
  }

  /** The link keeps `datagram`; the sender must not touch it again. */
  send(datagram: Uint8Array): void {
    const fate = this.path.carry(datagram.length, this.agenda.nowMicros);
    if (fate.isLost) return;
    const copyArrivesAtMicros = fate.copyArrivesAtMicros;
    const copy = copyArrivesAtMicros < Infinity ? datagram.slice() : undefined;
    if (fate.isDamaged) this.path.damage(datagram, 0, datagram.length);
    this.#arrive(datagram, fate.arrivesAtMicros);
    if (copy !== undefined) this.#arrive(copy, copyArrivesAtMicros);
  }

  #arrive(datagram: Uint8Array, atMicros: number): void {
    this.agenda.at(atMicros, () => {
      this.figures.delivered += 1;
      this.figures.deliveredBytes += datagram.length;
      this.deliver(datagram);
    });
  }
}
