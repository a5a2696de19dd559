/**
 * Runs one given schedule and records it: for replaying a token, and for turning a failing schedule
 * into a {@link Failure} with a token and a trace.
 */
import { Machine } from './engine/machine.js';
import type { Loop } from './engine/rounds.js';
import type { RunFailure } from './engine/run-failure.js';
import { SLEEPING } from './engine/threads.js';
import { intercepting } from './intercept/install.js';
import type { RunOptions } from './options.js';
import type { AnyProgram } from './program.js';
import type { Failure, FailureKind } from './report.js';
import { Scripted } from './search/scripted.js';
import { formatToken } from './token.js';
import { TraceRecorder } from './trace/recorder.js';
import type { Trace } from './trace/trace.js';

/** One run under a fixed schedule. */
export interface Rerun {
  readonly failure: RunFailure | undefined;
  readonly outcome: string | undefined;
  readonly token: string;
  /** The thread of each step. */
  readonly schedule: readonly number[];
  readonly preemptions: number;
  readonly trace: Trace;
  /** All steps that were run, for forcing real threads through them. */
  readonly planned: readonly PlannedStep[];
  /** The threads asleep at the end, as bits. */
  readonly asleep: number;
}

/** A step as it was run. */
export interface PlannedStep {
  readonly thread: number;
  /** A `Kind` of operation. */
  readonly kind: number;
  /** For a notify: how many it woke. For a wait: 1 if it slept. */
  readonly count: number;
}

export function rerun(program: AnyProgram, options: RunOptions, script: Scripted): Rerun {
  const machine = new Machine(program, options);
  const recorder = new TraceRecorder(script.preemptions);
  machine.observer = recorder;
  intercepting(machine.sink, () => {
    machine.start();
    machine.run(script);
  });
  return summarise(program, options, script, machine, recorder);
}

function summarise(
  program: AnyProgram,
  options: RunOptions,
  script: Scripted,
  machine: Machine,
  recorder: TraceRecorder,
): Rerun {
  const failure = endlessly(machine.failure, script.loop);
  const { outcome } = machine;
  const loop = failure?.loop;
  const end = loop === undefined ? machine.depth : loop.stem + loop.period;
  return {
    failure,
    outcome,
    token: formatToken(options, script.deviations, loop),
    schedule: machine.stepThread.slice(0, end),
    preemptions: [...script.preemptions].filter((step) => step < (loop?.stem ?? end)).length,
    trace: {
      program: program.name,
      threads: program.threadNames,
      events: recorder.eventsBefore(end),
      ending: failure === undefined ? (outcome ?? 'completed') : describe(program, failure),
    },
    planned: machine.stepThread.slice(0, machine.depth).map((thread, step) => {
      const count = recorder.counts[step] as number | undefined;
      return { thread, kind: machine.stepOperation[step].kind, count: count ?? 0 };
    }),
    asleep: machine.threads.withStatus(SLEEPING),
  };
}

/** A run that was made to repeat a loop, and did so up to the step limit, is a livelock. */
function endlessly(
  failure: RunFailure | undefined,
  loop: Loop | undefined,
): RunFailure | undefined {
  const endless = failure?.kind === 'step-limit' || failure?.kind === 'livelock';
  if (!endless || loop === undefined) return failure;
  const message = `steps ${loop.stem} to ${loop.stem + loop.period - 1} repeat for ever`;
  return { kind: 'livelock', message, loop };
}

/** The failure of `run`, which repeats a schedule that was found to fail with `found`. */
export function failureFrom(program: AnyProgram, run: Rerun, found: FailureKind): Failure {
  const { kind, message, thread } = run.failure ?? unrepeated(found);
  const { token, preemptions, trace } = run;
  return {
    kind,
    message,
    ...(thread === undefined ? {} : { thread: program.threadNames[thread] }),
    token,
    preemptions,
    trace,
  };
}

/** Something outlives the runs, so what was found depended on the schedules before it. */
function unrepeated(found: FailureKind): RunFailure {
  const message = `the failure (${found}) does not repeat in the same schedule: a thread, or a check, keeps something from earlier runs`;
  return { kind: 'nondeterminism', message };
}

function describe(program: AnyProgram, { kind, message, thread }: RunFailure): string {
  const who = thread === undefined ? '' : ` in ${program.threadNames[thread]}`;
  return `${kind}${who}: ${message}`;
}
