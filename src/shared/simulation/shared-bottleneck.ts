/**
 * Several connections whose datagrams wait in one queue before one link in each direction, in one
 * virtual time: for how they share it. Delay, loss and start of each are those of its own plan.
 */
import { Bottleneck } from '../net/path/bottleneck.js';
import { DelayHistogram } from '../net/path/delay-histogram.js';
import { Agenda } from './agenda.js';
import type { Life } from './life.js';
import type { SimulationPlan } from './plan.js';
import { type Ending, Simulation } from './simulation.js';

/** Rate and queue, as in the conditions of a link. */
export interface BottleneckPlan {
  readonly bytesPerSecond: number;
  readonly queueBytes: number;
}

export class SharedBottleneck {
  readonly agenda = new Agenda();
  /** From side 0 to side 1, and back. */
  readonly bottlenecks: readonly [Bottleneck, Bottleneck];
  /** In the order of the plans. */
  readonly flows: readonly Simulation[];

  /**
   * The rates and queues of the plans' own links do not count. `afterEvent` is called after each turn
   * of any thread of a process.
   */
  constructor(
    bottlenecks: readonly [BottleneckPlan, BottleneckPlan],
    plans: readonly SimulationPlan[],
    afterEvent?: (life: Life, simulation: Simulation) => void,
  ) {
    const [there, back] = bottlenecks.map(
      ({ bytesPerSecond, queueBytes }) => new Bottleneck(bytesPerSecond, queueBytes),
    );
    this.bottlenecks = [there, back];
    const surroundings = { agenda: this.agenda, bottlenecks: this.bottlenecks };
    this.flows = plans.map((plan) => new Simulation(plan, afterEvent, surroundings));
  }

  /** Waiting times of all connections before the bottleneck from side 0 to side 1. */
  queueing(): DelayHistogram {
    const all = new DelayHistogram();
    for (const { links } of this.flows) all.addAll(links[0].path.queueing);
    return all;
  }

  /** Runs until all processes of all connections have ended, or a limit is hit. */
  run(limitMicros: number, limitEvents = Infinity): Ending {
    for (const flow of this.flows) flow.begin();
    const { agenda, flows } = this;
    while (flows.some((flow) => !flow.isOver)) {
      if (agenda.isEmpty) return 'stands still';
      agenda.step();
      if (agenda.nowMicros > limitMicros) return 'time ran out';
      if (agenda.events > limitEvents) return 'too many events';
    }
    return 'all ended';
  }
}
