/**
 * A search under way: a sequence of phases over one machine, advanced in slices so that a caller with
 * an event loop can show progress and stop it.
 */
import { Machine } from './engine/machine.js';
import type { Loop } from './engine/rounds.js';
import { intercepting } from './intercept/install.js';
import { LoopTrials } from './loops.js';
import { minimise } from './minimise.js';
import { parseOptions, type ExploreOptions, type Progress, type SearchOptions } from './options.js';
import type { AnyProgram } from './program.js';
import type { Cut, Failure, FailureKind, Report } from './report.js';
import { failureFrom, rerun, type Rerun } from './rerun.js';
import { shortenLoop } from './shorten-loop.js';
import { phasesOf, type Phase } from './search/phases.js';
import { Scripted } from './search/scripted.js';

/** Steps in a run that is too long to be minimised. */
const LONG_RUN = 1000;
/** Schedules between two looks at the clock. */
const BATCH = 32;

export class Exploration {
  readonly options: SearchOptions;
  readonly #machine: Machine;
  readonly #phases: Iterator<Phase>;
  #phase: Phase | undefined;
  #phaseStart = { schedules: 0, elapsedMs: 0 };
  #schedules = 0;
  #redundant = 0;
  #elapsedMs = 0;
  #boundReached: number | undefined;
  #done = false;
  #failure: Failure | undefined;
  readonly #kinds = new Set<FailureKind>();
  readonly #cuts = new Set<Cut>();
  readonly #loops: LoopTrials;
  readonly #outcomes: Record<string, number> = {};

  constructor(
    readonly program: AnyProgram,
    options: ExploreOptions = {},
  ) {
    this.options = parseOptions(options);
    this.#machine = new Machine(program, this.options);
    this.#machine.watchesLoops = true;
    this.#loops = new LoopTrials(program, this.options);
    this.#phases = phasesOf(this.options);
    if (this.options.races === 'ignore' && this.options.plain === 'checked') {
      this.#cuts.add('races-ignored');
    }
    intercepting(this.#machine.sink, () => {
      this.#machine.start();
    });
    this.#nextPhase();
  }

  get done(): boolean {
    return this.#done;
  }

  get progress(): Progress {
    return {
      phase: this.#phase?.name ?? 'done',
      schedules: this.#schedules,
      steps: this.#machine.totalSteps,
      elapsedMs: this.#elapsedMs,
    };
  }

  /** Searches for about `milliseconds`, or to the end; says whether that was the end. */
  advance(milliseconds: number): boolean {
    const started = performance.now();
    const before = this.#elapsedMs;
    intercepting(this.#machine.sink, () => {
      while (!this.#done && this.#elapsedMs - before < milliseconds) {
        this.#runBatch();
        this.#elapsedMs = before + performance.now() - started;
      }
    });
    return this.#done;
  }

  /** Ends the search where it is. */
  stop(): void {
    if (this.#done) return;
    this.#cuts.add('budget');
    this.#done = true;
  }

  report(): Report {
    const cuts: Cut[] = [...this.#cuts];
    if (!this.#done) cuts.push('budget');
    const exhausted = cuts.length === 0;
    const passed = exhausted ? 'proved' : 'passed';
    return {
      program: this.program.name,
      verdict: this.#kinds.size > 0 ? 'failed' : passed,
      exhausted,
      cuts,
      ...(this.#boundReached === undefined ? {} : { boundReached: this.#boundReached }),
      schedules: this.#schedules,
      steps: this.#machine.totalSteps,
      redundant: this.#redundant,
      elapsedMs: this.#elapsedMs,
      seed: this.options.seed,
      outcomes: this.#outcomes,
      failureKinds: [...this.#kinds],
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }

  #runBatch(): void {
    for (let count = 0; count < BATCH && !this.#done; count += 1) {
      const phase = this.#phase!;
      if (phase.strategy.begin(this.#machine)) this.#runSchedule(phase);
      else this.#finishPhase(phase);
    }
    this.#checkBudget();
  }

  #runSchedule(phase: Phase): void {
    const machine = this.#machine;
    machine.run(phase.strategy);
    if (machine.spinning.applied) this.#cuts.add('spin');
    if (machine.loop !== undefined) this.#tryLoop(machine.loop);
    if (machine.gaveUp) {
      this.#redundant += 1;
      return;
    }
    this.#schedules += 1;
    const { outcome, failure } = machine;
    if (outcome !== undefined) this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    if (failure !== undefined && !this.#done)
      this.#failed(failure.kind, () => this.#describe(phase));
  }

  #tryLoop(loop: Loop): void {
    const schedule = this.#loops.endlessSchedule(this.#machine, loop);
    if (schedule === undefined) return;
    const script = Scripted.following(schedule, loop);
    this.#failed('livelock', () => {
      return this.#describeRun(rerun(this.program, this.options, script), 'livelock');
    });
  }

  #failed(kind: FailureKind, describe: () => Failure): void {
    this.#kinds.add(kind);
    this.#failure ??= describe();
    if (!this.options.stopAtFirst) return;
    this.#cuts.add('failure');
    this.#done = true;
  }

  #describe(phase: Phase): Failure {
    const machine = this.#machine;
    const { kind } = machine.failure!;
    const found = machine.stepThread.slice(0, machine.depth);
    // What a bounded search finds has the fewest preemptions: it was not there at a lower bound.
    const minimal = !this.options.minimise || phase.bound !== undefined || machine.depth > LONG_RUN;
    const schedule = minimal ? found : minimise(this.program, this.options, found, kind);
    const run = rerun(this.program, this.options, Scripted.following(schedule));
    return this.#describeRun(run, kind);
  }

  #describeRun(run: Rerun, found: FailureKind): Failure {
    const endless = run.failure?.loop !== undefined && this.options.minimise;
    const shown = endless ? shortenLoop(this.program, this.options, run) : run;
    return failureFrom(this.program, shown, found);
  }

  #finishPhase(phase: Phase): void {
    if (phase.bound !== undefined) this.#boundReached = phase.bound;
    if (phase.exhausts()) {
      for (const cut of ['preemption-bound', 'budget', 'sampling'] as const) this.#cuts.delete(cut);
      this.#done = true;
      return;
    }
    this.#cuts.add(phase.cut);
    this.#nextPhase();
  }

  #nextPhase(): void {
    const next = this.#phases.next();
    if (next.done === true) this.#done = true;
    else this.#phase = next.value;
    this.#phaseStart = { schedules: this.#schedules, elapsedMs: this.#elapsedMs };
  }

  #checkBudget(): void {
    if (this.#done) return;
    const { maxSchedules, maxSeconds } = this.options;
    if (this.#schedules >= maxSchedules || this.#elapsedMs >= maxSeconds * 1000) {
      this.stop();
      return;
    }
    const phase = this.#phase!;
    const spent = (this.#elapsedMs - this.#phaseStart.elapsedMs) / (maxSeconds * 1000);
    const full = this.#schedules - this.#phaseStart.schedules >= phase.maxSchedules;
    if (full || spent > phase.share) {
      this.#cuts.add(phase.cut);
      this.#nextPhase();
    }
  }
}
