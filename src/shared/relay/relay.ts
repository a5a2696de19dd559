/**
 * The relay itself, sans-IO: datagrams of clients go through one path to the target, its answers
 * through another back to the client they are for. All clients share the two paths, as they would
 * share a line. Relay's thread.
 *
 *   client ──▶ listener ── up ──▶ upstream socket of the client ──▶ target
 *   client ◀── listener ◀─ down ── upstream socket of the client ◀── target
 */
import { DatagramRun, type SocketAddress } from '../net/datagram-port.js';
import { DelayQueue } from '../net/delay-queue.js';
import type { PathConditions } from '../net/path/conditions.js';
import { DelayHistogram } from '../net/path/delay-histogram.js';
import { PathModel } from '../net/path/path-model.js';
import { type Client, Clients, noteActivity, type RelaySockets, type Route } from './clients.js';
import type { Arrivals } from './relay-socket.js';
import { DatagramStore, DEFAULT_STORE, type StoreShape } from './datagram-store.js';

const RUN_CAPACITY = 64;
const LOOK_FOR_SILENT_MICROS = 1e6;

/** Plain data. */
export interface RelayPlan {
  readonly target: SocketAddress;
  readonly up: PathConditions;
  readonly down: PathConditions;
  readonly seed: number;
  readonly mostClients: number;
  readonly idleTimeoutMicros: number;
}

export class Relay {
  readonly up: PathModel;
  readonly down: PathModel;
  readonly clients: Clients;
  /** How long after their time datagrams were given to the system. */
  readonly lateness = new DelayHistogram();
  /** Lost because as many datagrams were under way as the relay holds. */
  overflowed = 0;
  readonly #store: DatagramStore;
  readonly #queue: DelayQueue;
  readonly #routes: (Route | undefined)[];
  readonly #run: DatagramRun;
  readonly #runSlots = new Int32Array(RUN_CAPACITY);
  #lookForSilentAtMicros: number;

  constructor(
    private readonly plan: RelayPlan,
    private readonly sockets: RelaySockets,
    nowMicros: number,
    shape: StoreShape = DEFAULT_STORE,
  ) {
    const { up, down, seed, mostClients } = plan;
    this.up = new PathModel(up, 2 * seed, undefined, nowMicros);
    this.down = new PathModel(down, 2 * seed + 1, undefined, nowMicros);
    this.clients = new Clients(mostClients, plan.target, sockets);
    this.#store = new DatagramStore(shape);
    this.#queue = new DelayQueue(this.#store.capacity);
    this.#routes = new Array<Route | undefined>(this.#store.capacity).fill(undefined);
    this.#run = new DatagramRun(this.#store.memory, RUN_CAPACITY);
    this.#lookForSilentAtMicros = nowMicros + LOOK_FOR_SILENT_MICROS;
  }

  /** Datagrams under way. */
  get underWay(): number {
    return this.#store.used;
  }

  /** When {@link turn} has something to do. */
  get nextDueMicros(): number {
    return Math.min(this.#queue.nextDueMicros, this.#lookForSilentAtMicros);
  }

  fromClients(batch: Arrivals, nowMicros: number): void {
    batch.forEach((bytes, start, end, source) => {
      const client = this.clients.at(source, nowMicros);
      if (client === undefined) return;
      this.#carry(this.up, client, bytes, start, end, nowMicros);
    });
  }

  /** Of anybody else than the target nothing is passed on. */
  fromTarget(client: Client, batch: Arrivals, nowMicros: number): void {
    const { host, port } = this.plan.target;
    batch.forEach((bytes, start, end, source) => {
      if (source.port !== port || source.host !== host) return;
      noteActivity(client, nowMicros);
      this.#carry(this.down, client, bytes, start, end, nowMicros);
    });
  }

  /** Sends what is due, and ends clients that have fallen silent. */
  turn(nowMicros: number): void {
    while (this.#queue.nextDueMicros <= nowMicros) {
      this.lateness.add(nowMicros - this.#queue.nextDueMicros);
      this.#depart(this.#queue.pop());
    }
    this.#sendRun();
    if (nowMicros < this.#lookForSilentAtMicros) return;
    this.#lookForSilentAtMicros = nowMicros + LOOK_FOR_SILENT_MICROS;
    this.clients.endSilentSince(nowMicros - this.plan.idleTimeoutMicros);
  }

  #carry(
    path: PathModel,
    client: Client,
    bytes: Uint8Array,
    start: number,
    end: number,
    nowMicros: number,
  ): void {
    const fate = path.carry(end - start, nowMicros);
    if (fate.isLost) return;
    const route = path === this.up ? client.toTarget : client.toClient;
    const slot = this.#keep(route, bytes, start, end, fate.arrivesAtMicros);
    noteActivity(client, fate.arrivesAtMicros);
    if (slot !== undefined && fate.isDamaged) {
      path.damage(this.#store.memory, this.#store.start[slot], end - start);
    }
    if (fate.copyArrivesAtMicros === Infinity) return;
    this.#keep(route, bytes, start, end, fate.copyArrivesAtMicros);
    noteActivity(client, fate.copyArrivesAtMicros);
  }

  #keep(route: Route, bytes: Uint8Array, start: number, end: number, dueMicros: number) {
    const slot = this.#store.take(bytes, start, end);
    if (slot === undefined) {
      this.overflowed += 1;
      return undefined;
    }
    this.#routes[slot] = route;
    this.#queue.push(slot, dueMicros);
    return slot;
  }

  #depart(slot: number): void {
    const route = this.#routes[slot];
    const run = this.#run;
    if (run.full || (run.count > 0 && this.#routes[this.#runSlots[0]] !== route)) this.#sendRun();
    this.#runSlots[run.count] = slot;
    const start = this.#store.start[slot];
    run.push(start, 0, start, this.#store.length[slot]);
  }

  /** All datagrams of a run take one route. */
  #sendRun(): void {
    const run = this.#run;
    if (run.count === 0) return;
    const { socket, destination } = this.#routes[this.#runSlots[0]] as Route;
    socket.send(run, destination);
    const { counters } = socket === this.sockets.listener ? this.down : this.up;
    for (let at = 0; at < run.count; at++) {
      const slot = this.#runSlots[at];
      counters.delivered += 1;
      counters.deliveredBytes += this.#store.length[slot];
      this.#routes[slot] = undefined;
      this.#store.giveBack(slot);
    }
    run.count = 0;
  }
}
