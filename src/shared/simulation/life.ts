/** One process of a simulation: an endpoint, what its application does with it, and how it ended. */
import type { ErrorCode } from '../errors.js';
import { SendWord } from '../memory/layout.js';
import { failureOf } from '../memory/failure.js';
import { statisticsOf, type TransportStatistics } from '../memory/statistics.js';
import { type RandomStream, randomStreams } from '../net/random.js';
import { State } from '../transport/connection-state.js';
import type { Agenda } from './agenda.js';
import { awaitClosed, end, failAfter, read, type StreamProgress, write } from './applications.js';
import type { LifePlan, Script, Step } from './plan.js';
import { StreamPattern } from './stream-pattern.js';
import { type Activity, pause } from './threads.js';
import { VirtualEndpoint } from './virtual-endpoint.js';

/** When the simulation begins, by a right wall clock. */
const EPOCH_MICROS = 1.7e15;

export interface LifeWorld {
  readonly agenda: Agenda;
  transmit(datagram: Uint8Array): void;
  patternOf(connectionId: number): StreamPattern | undefined;
  afterEvent(life: Life): void;
  ended(): void;
}

export class Life {
  readonly endpoint: VirtualEndpoint;
  readonly pattern: StreamPattern;
  readonly progress: StreamProgress = {
    written: 0,
    ended: false,
    read: 0,
    sawEnd: false,
    wrongAt: undefined,
    closed: false,
  };
  readonly startedAtMicros: number;
  endedAtMicros = Infinity;
  readonly #application: RandomStream;
  #running = 0;

  constructor(
    private readonly world: LifeWorld,
    readonly plan: LifePlan,
    readonly connectionId: number,
    seed: number,
  ) {
    const [threads, application] = randomStreams(seed, 2);
    this.#application = application;
    this.pattern = new StreamPattern(seed);
    this.startedAtMicros = world.agenda.nowMicros;
    const offset = EPOCH_MICROS + plan.wallClockErrorMicros - plan.clockOriginMicros;
    this.endpoint = new VirtualEndpoint(
      world.agenda,
      { ...plan, settings: { ...plan.settings, wallClockOffsetMicros: offset }, connectionId },
      threads,
      (datagram) => {
        world.transmit(datagram);
      },
      () => {
        world.afterEvent(this);
      },
    );
  }

  /** The error this process ended with, if it did. */
  get failure(): ErrorCode | undefined {
    return failureOf(this.endpoint.memory)?.code;
  }

  get state(): State {
    return this.endpoint.memory.send[SendWord.state] as State;
  }

  /** The connection that this one took for its peer, 0 if none. */
  get peerConnectionId(): number {
    return this.endpoint.memory.send[SendWord.peerConnectionId];
  }

  statistics(): TransportStatistics {
    return statisticsOf(this.endpoint.memory);
  }

  begin(): void {
    const { plan, endpoint, world } = this;
    this.#running = plan.scripts.length;
    for (const script of plan.scripts) endpoint.start(this.#play(script));
    if (plan.fails !== undefined) {
      endpoint.start(failAfter(endpoint, plan.fails.afterMicros, plan.fails.code));
    }
    for (const moment of plan.peerMovesAfterMicros ?? []) {
      world.agenda.after(moment, () => {
        endpoint.peerMoved();
      });
    }
    if (plan.killedAfterMicros === undefined) return;
    world.agenda.after(plan.killedAfterMicros, () => {
      this.#vanish();
    });
  }

  *#play(script: Script): Activity {
    for (const step of script) {
      if (this.failure !== undefined) break;
      yield* this.#do(step);
    }
    this.#running -= 1;
    if (this.#running > 0) return;
    if (!this.progress.ended) end(this.endpoint, this.progress);
    yield* awaitClosed(this.endpoint, this.progress);
    this.#ended();
  }

  *#do(step: Step): Activity {
    const { endpoint, plan, progress } = this;
    const random = this.#application;
    if (step.do === 'pause') yield pause(step.micros);
    else if (step.do === 'end') end(endpoint, progress);
    else if (step.do === 'write') {
      yield* write(endpoint, this.pattern, step.bytes, plan.writePace, random, progress);
    } else {
      const pattern = () => this.world.patternOf(this.peerConnectionId);
      yield* read(endpoint, pattern, step.bytes, plan.readPace, random, progress);
    }
  }

  #vanish(): void {
    if (this.endpoint.stopped) return;
    this.endpoint.vanish();
    this.#ended();
  }

  #ended(): void {
    this.endedAtMicros = this.world.agenda.nowMicros;
    this.world.ended();
  }
}
