/**
 * Tries whether the loops that a search comes across can go on for ever: that is a livelock. A state
 * that recurs is not enough, for threads keep things to themselves, such as how often to try.
 */
import { Machine } from './engine/machine.js';
import { loopKey, type Loop } from './engine/rounds.js';
import { intercepting } from './intercept/install.js';
import type { RunOptions } from './options.js';
import type { AnyProgram } from './program.js';
import { Scripted } from './search/scripted.js';

/** Different loops to try before giving up looking for livelocks. */
const MAX_LOOPS = 64;

export class LoopTrials {
  readonly #tried = new Set<string>();
  #machine: Machine | undefined;

  constructor(
    private readonly program: AnyProgram,
    private readonly options: RunOptions,
  ) {}

  /** The schedule that leads into `loop` of the present run, if it is new and endless. */
  endlessSchedule(machine: Machine, loop: Loop): readonly number[] | undefined {
    const key = loopKey(machine, loop);
    if (this.#tried.has(key)) return undefined;
    this.#tried.add(key);
    if (this.#tried.size >= MAX_LOOPS) machine.watchesLoops = false;
    const schedule = machine.stepThread.slice(0, loop.stem + loop.period);
    return this.#isEndless(schedule, loop) ? schedule : undefined;
  }

  #isEndless(schedule: readonly number[], loop: Loop): boolean {
    const machine = (this.#machine ??= this.#makeMachine());
    const script = Scripted.following(schedule, loop);
    intercepting(machine.sink, () => {
      script.begin(machine);
      machine.run(script);
    });
    return machine.failure?.kind === 'livelock' || machine.failure?.kind === 'step-limit';
  }

  #makeMachine(): Machine {
    const machine = new Machine(this.program, this.options);
    intercepting(machine.sink, () => {
      machine.start();
    });
    return machine;
  }
}
