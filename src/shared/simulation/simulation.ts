/**
 * Two addresses, the processes that live there one after the other, and a network between them, all
 * in virtual time and from one seed.
 */
import type { Bottleneck } from '../net/path/bottleneck.js';
import { randomStreams, type RandomStream } from '../net/random.js';
import { Agenda } from './agenda.js';
import { Life } from './life.js';
import type { Side, SimulationPlan } from './plan.js';
import type { StreamPattern } from './stream-pattern.js';
import { VirtualLink } from './virtual-link.js';

const SIDES = [0, 1] as const satisfies Side[];

/** How a simulation ended: all processes have, or a limit was hit. */
export type Ending = 'all ended' | 'time ran out' | 'too many events' | 'stands still';

/** What a simulation may have in common with others. */
export interface Surroundings {
  readonly agenda: Agenda;
  /** In place of the ones that the plan's links describe: from side 0, and from side 1. */
  readonly bottlenecks?: readonly [Bottleneck, Bottleneck];
}

export class Simulation {
  readonly agenda: Agenda;
  /** In order of their start, by side. */
  readonly lives: readonly [Life[], Life[]] = [[], []];
  /** The link that leads away from each side. */
  readonly links: readonly [VirtualLink, VirtualLink];
  readonly #byConnectionId = new Map<number, Life>();
  readonly #random: RandomStream;
  #left: number;

  /** `afterEvent` is called after each turn of any thread of a process. */
  constructor(
    private readonly plan: SimulationPlan,
    private readonly afterEvent: (life: Life, simulation: Simulation) => void = () => undefined,
    private readonly surroundings: Surroundings = { agenda: new Agenda() },
  ) {
    this.agenda = surroundings.agenda;
    [this.#random] = randomStreams(plan.seed, 1);
    this.#left = plan.lives[0].length + plan.lives[1].length;
    this.links = [this.#linkFrom(0), this.#linkFrom(1)];
  }

  /** Whether all processes have ended. */
  get isOver(): boolean {
    return this.#left === 0;
  }

  /** Schedules the first processes; `run` does it by itself. */
  begin(): void {
    for (const side of SIDES) this.#scheduleNext(side);
  }

  run(): Ending {
    this.begin();
    const { agenda, plan } = this;
    while (!this.isOver) {
      if (agenda.isEmpty) return 'stands still';
      agenda.step();
      if (agenda.nowMicros > plan.limitMicros) return 'time ran out';
      if (agenda.events > plan.limitEvents) return 'too many events';
    }
    return 'all ended';
  }

  /** The process with this connection ID. */
  lifeOf(connectionId: number): Life | undefined {
    return this.#byConnectionId.get(connectionId);
  }

  #linkFrom(side: Side): VirtualLink {
    const deliver = (datagram: Uint8Array) => {
      this.lives[1 - side].at(-1)?.endpoint.receive(datagram);
    };
    const seed = this.#random.below(2 ** 31);
    const bottleneck = this.surroundings.bottlenecks?.[side];
    return new VirtualLink(this.agenda, this.plan.links[side], seed, deliver, bottleneck);
  }

  #scheduleNext(side: Side): void {
    const plan = this.plan.lives[side].at(this.lives[side].length);
    if (plan === undefined) return;
    this.agenda.after(plan.startAfterMicros, () => {
      this.#start(side);
    });
  }

  #start(side: Side): void {
    const plan = this.plan.lives[side][this.lives[side].length];
    const connectionId = (1 + this.#random.below(2 ** 32 - 1)) | 0;
    const world = {
      agenda: this.agenda,
      transmit: (datagram: Uint8Array) => {
        this.links[side].send(datagram);
      },
      patternOf: (id: number): StreamPattern | undefined => this.#byConnectionId.get(id)?.pattern,
      afterEvent: (life: Life) => {
        this.afterEvent(life, this);
      },
      ended: () => {
        this.#left -= 1;
        this.#scheduleNext(side);
      },
    };
    const life = new Life(world, plan, connectionId, this.#random.below(2 ** 31));
    this.#byConnectionId.set(connectionId, life);
    this.lives[side].push(life);
    life.begin();
  }
}
