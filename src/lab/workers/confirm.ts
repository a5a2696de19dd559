/**
 * Forces a schedule that the explorer has found on real workers: the same steps, in the same order,
 * on real shared memory, each thread held back until it is its turn.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { endingOf, invariantFailure } from '../engine/checks.js';
import type { RunFailure } from '../engine/run-failure.js';
import type { AnyProgram, Results } from '../program.js';
import type { FailureKind } from '../report.js';
import type { RunOptions } from '../options.js';
import { rerun, type Rerun } from '../rerun.js';
import { Scripted } from '../search/scripted.js';
import { parseToken } from '../token.js';
import type { ConfirmResult, ConfirmWorkerData } from './confirm-worker.js';
import { nextMessage } from './messages.js';
import { allocateReal, resetReal, type RealMemory } from './real-memory.js';
import { ASLEEP, FAILED, FINISHED, RUNNING, SharedSchedule } from './schedule.js';

export interface Confirmation {
  readonly program: string;
  readonly token: string;
  /** Whether real threads came to the same end. */
  readonly confirmed: boolean;
  /** What the explorer found, if anything. */
  readonly expected: FailureKind | 'none';
  /** What happened on real threads. */
  readonly message: string;
  /** Steps of the schedule that were forced. */
  readonly steps: number;
}

export interface ConfirmOptions {
  /** Gives up if the workers stop before the end of the schedule; default 10,000 ms. */
  readonly hangMs?: number | undefined;
}

/** @throws HawserError `ERR_HAWSER_BAD_OPTION` for a malformed token or a program without module */
export async function confirm(
  program: AnyProgram,
  token: string,
  options: ConfirmOptions = {},
): Promise<Confirmation> {
  const { options: runOptions, deviations, loop } = parseToken(token);
  const run = rerun(program, runOptions, new Scripted(deviations, loop));
  const forced = new ForcedRun(program, run, runOptions);
  try {
    const answers = await forced.answers(options.hangMs ?? 10_000);
    const difference = judge(program, forced, answers, run.failure);
    return {
      program: program.name,
      token,
      confirmed: difference === undefined,
      expected: run.failure?.kind ?? 'none',
      message: difference ?? sameEnd(run),
      steps: forced.schedule.turn(),
    };
  } finally {
    await forced.stop();
  }
}

function sameEnd({ failure, trace }: Rerun): string {
  const end = failure?.message ?? trace.ending;
  return failure?.kind === 'data-race'
    ? `real threads made the accesses in this order: ${end}`
    : `the same on real threads: ${end}`;
}

/** What each worker returned or threw; nothing for one that did not come to its end. */
type Answers = (ConfirmResult | undefined)[];

/** Milliseconds between two looks at workers that have been held back or put to sleep. */
const LOOK_MS = 5;

class ForcedRun {
  readonly schedule: SharedSchedule;
  readonly memory: RealMemory;
  readonly #workers: Worker[];

  constructor(
    program: AnyProgram,
    private readonly run: Rerun,
    options: RunOptions,
  ) {
    this.schedule = SharedSchedule.create(program.threadNames.length, run.planned);
    this.memory = allocateReal(program);
    resetReal(program, this.memory);
    const common = {
      source: program.source,
      threads: program.threadNames.length,
      buffers: this.memory.buffers,
      schedule: this.schedule.buffer,
      options,
    };
    this.#workers = program.threadNames.map((_, thread) => {
      const workerData: ConfirmWorkerData = { ...common, thread };
      return new Worker(new URL('./confirm-worker.js', import.meta.url), { workerData });
    });
  }

  /** Starts the workers and waits until none of them goes on, at most `hangMs`. */
  async answers(hangMs: number): Promise<Answers> {
    await Promise.all(this.#workers.map(nextMessage));
    const answers: Answers = this.#workers.map(() => undefined);
    const pending = this.#workers.map(async (worker, thread) => {
      worker.postMessage('go');
      answers[thread] = (await nextMessage(worker)) as ConfirmResult;
    });
    const all = Promise.all(pending);
    await this.#standstill(performance.now() + hangMs, all);
    // Those that have finished have sent their answer, which may still be on its way.
    await Promise.all(pending.filter((_, thread) => this.#hasEnded(thread)));
    return answers;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #standstill(deadline: number, all: Promise<unknown>): Promise<void> {
    const ended = all.then(() => true);
    while (!this.#atRest() && performance.now() < deadline) {
      if (await Promise.race([ended, delay(LOOK_MS, false)])) return;
    }
  }

  /** The schedule is over; whoever should be asleep is, and all others are held back or have ended. */
  #atRest(): boolean {
    const { schedule } = this;
    if (schedule.turn() < schedule.length) return false;
    for (let thread = 0; thread < schedule.threads; thread += 1) {
      const doing = schedule.doing(thread);
      const sleeps = (this.run.asleep & (1 << thread)) !== 0;
      if (doing === RUNNING || (doing === ASLEEP) !== sleeps) return false;
    }
    return true;
  }

  #hasEnded(thread: number): boolean {
    const doing = this.schedule.doing(thread);
    return doing === FINISHED || doing === FAILED;
  }
}

/** Why real threads did not end as expected, or `undefined` if they did. */
function judge(
  program: AnyProgram,
  forced: ForcedRun,
  answers: Answers,
  expected: RunFailure | undefined,
): string | undefined {
  const turn = forced.schedule.turn();
  const { length } = forced.schedule;
  if (turn < length) return `the workers stopped at step ${turn} of ${length}`;
  const seen = whatHappened(program, forced, answers, expected);
  const [found, wanted] = [seen?.kind ?? 'none', expected?.kind ?? 'none'];
  return found === wanted ? undefined : `ended with ${found}: ${seen?.message ?? 'no failure'}`;
}

function whatHappened(
  program: AnyProgram,
  { schedule, memory }: ForcedRun,
  answers: Answers,
  expected: RunFailure | undefined,
): RunFailure | undefined {
  const thrown = answers.find((answer) => answer?.failure !== undefined)?.failure;
  if (thrown !== undefined) return thrown;
  if (expected?.kind === 'invariant') return invariantFailure(program, memory.shared);
  // That accesses race shows in no single run; that they were all done in this order does.
  if (expected?.kind === 'data-race' || expected?.kind === 'livelock') return expected;
  const asleep = answers.some((_, thread) => schedule.doing(thread) === ASLEEP);
  if (asleep) return { kind: 'deadlock', message: 'asleep for good' };
  if (answers.includes(undefined)) return { kind: 'step-limit', message: 'still running' };
  const results: Results = Object.fromEntries(
    program.threadNames.map((name, thread) => [name, answers[thread]?.result]),
  );
  return endingOf(program, memory.shared, results).failure;
}
