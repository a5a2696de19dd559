/**
 * A program run by hand, one step at a time, forwards and backwards.
 */
import { HawserError } from '../shared/errors.js';
import { KIND_NAMES } from './engine/operation.js';
import { Machine } from './engine/machine.js';
import { GIVE_UP, type Strategy } from './engine/strategy.js';
import { SLEEPING } from './engine/threads.js';
import { intercepting } from './intercept/install.js';
import { parseOptions, type ExploreOptions } from './options.js';
import type { AnyProgram } from './program.js';
import type { FailureKind } from './report.js';
import { TraceRecorder } from './trace/recorder.js';
import type { Trace } from './trace/trace.js';

/** What a thread would do if it were given the next step. */
export interface NextStep {
  readonly thread: string;
  readonly operation: string;
  readonly word: string;
}

export interface SessionState {
  readonly steps: number;
  readonly memory: readonly { readonly word: string; readonly value: number | bigint }[];
  readonly threads: readonly {
    readonly name: string;
    readonly status: 'ready' | 'sleeping' | 'done';
  }[];
  /** Who sleeps on which word, first come first. */
  readonly waiters: readonly { readonly word: string; readonly threads: readonly string[] }[];
  readonly failure?: { readonly kind: FailureKind; readonly message: string };
  readonly outcome?: string;
}

const STATUS_NAMES = ['ready', 'sleeping', 'done'] as const;

/** Takes one given step, then hands back. */
class OneStep implements Strategy {
  wanted = GIVE_UP;

  begin(): boolean {
    return true;
  }

  choose(): number {
    const next = this.wanted;
    this.wanted = GIVE_UP;
    return next;
  }
}

export class Session {
  readonly #machine: Machine;
  readonly #strategy = new OneStep();
  readonly #preemptions = new Set<number>();
  readonly #recorder = new TraceRecorder(this.#preemptions);
  /** Number of events recorded before each step. */
  readonly #eventCounts: number[] = [];

  constructor(
    readonly program: AnyProgram,
    options: ExploreOptions = {},
  ) {
    this.#machine = new Machine(program, parseOptions(options));
    this.#machine.observer = this.#recorder;
    intercepting(this.#machine.sink, () => {
      this.#machine.start();
    });
  }

  /** The threads that can take a step, and the step; empty when the run is over. */
  enabled(): NextStep[] {
    const machine = this.#machine;
    const enabled = machine.failure === undefined ? machine.enabled() : 0;
    return machine.threadNames.flatMap((thread, index) => {
      const operation = machine.threads.pending.values[index];
      if ((enabled & (1 << index)) === 0 || operation === undefined) return [];
      return [{ thread, operation: KIND_NAMES[operation.kind], word: operation.name }];
    });
  }

  /**
   * Lets `thread` take one step.
   *
   * @throws HawserError `ERR_HAWSER_BAD_OPTION` if it cannot
   */
  step(thread: string): SessionState {
    const machine = this.#machine;
    const index = machine.threadNames.indexOf(thread);
    if (!this.enabled().some((next) => next.thread === thread)) {
      throw new HawserError('ERR_HAWSER_BAD_OPTION', `Thread "${thread}" cannot take a step now.`);
    }
    const { depth, lastThread } = machine;
    this.#eventCounts[depth] = this.#recorder.events.length;
    const interrupts = lastThread !== index && (machine.enabled() & (1 << lastThread)) !== 0;
    if (interrupts && depth > 0) this.#preemptions.add(depth);
    this.#strategy.wanted = index;
    intercepting(machine.sink, () => {
      machine.run(this.#strategy);
    });
    return this.state();
  }

  /** Takes the last step back; false if there is none. */
  undo(): boolean {
    const machine = this.#machine;
    if (machine.depth === 0) return false;
    machine.rewind(machine.depth - 1);
    this.#preemptions.delete(machine.depth);
    this.#recorder.truncate(this.#eventCounts[machine.depth], machine.depth);
    return true;
  }

  state(): SessionState {
    const machine = this.#machine;
    const { failure, outcome } = machine;
    return {
      steps: machine.depth,
      memory: machine.image.table.regions.flatMap((region) => region.namedWords()),
      threads: machine.threadNames.map((name, index) => {
        return { name, status: STATUS_NAMES[machine.threads.status.values[index]] };
      }),
      waiters: this.#waiters(),
      ...(failure === undefined
        ? {}
        : { failure: { kind: failure.kind, message: failure.message } }),
      ...(outcome === undefined ? {} : { outcome }),
    };
  }

  trace(): Trace {
    const { failure, outcome, threadNames } = this.#machine;
    const events = [...this.#recorder.events];
    const ending = failure === undefined ? (outcome ?? '…') : `${failure.kind}: ${failure.message}`;
    return { program: this.program.name, threads: threadNames, events, ending };
  }

  #waiters(): { word: string; threads: string[] }[] {
    const { threads, threadNames } = this.#machine;
    const byWord = new Map<string, string[]>();
    for (let index = 0; index < threads.count; index += 1) {
      if (threads.status.values[index] !== SLEEPING) continue;
      const word = threads.sleepsIn.values[index]!.name;
      const sleepers = threads.sleepersOn(threads.sleepAddress.values[index]);
      byWord.set(
        word,
        sleepers.map((sleeper) => threadNames[sleeper]),
      );
    }
    return [...byWord].map(([word, names]) => ({ word, threads: names }));
  }
}

/** A session with `program`, before its first step. */
export function session(program: AnyProgram, options: ExploreOptions = {}): Session {
  return new Session(program, options);
}
