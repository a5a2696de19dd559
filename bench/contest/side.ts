/** One side of a measurement, in its own process: connects, runs the workload, says what it took. */
import { writeSync } from 'node:fs';
import type { ManyTask } from '../many/many.js';
import { WORKLOADS, type WorkloadName } from '../workloads/index.js';
import type { OpenerOutcome, WorkloadOutcome } from '../workloads/workload.js';
import type { ContestStream, Side } from '../streams/contest-stream.js';
import { peakMegabytes } from '../support/usage.js';

export interface SideTask extends Side {
  readonly contender: string;
  readonly workload: WorkloadName;
  readonly seconds: number;
}

/** A process is given one connection to work with, or many. */
export type AnyTask = SideTask | ManyTask;

export type SideOutcome<O extends WorkloadOutcome = WorkloadOutcome> = O & {
  readonly peakMegabytes: number;
};
export type OpenerSideOutcome = SideOutcome<OpenerOutcome>;

/** The line by which an accepter says that the opener may start. */
export const LISTENING = 'listening\n';

export async function runSide(stream: ContestStream, task: SideTask): Promise<SideOutcome> {
  const workload = WORKLOADS[task.workload];
  const outcome = await (task.role === 'opener'
    ? workload.open(stream, task.seconds)
    : workload.accept(stream));
  await stream.close();
  return { ...outcome, peakMegabytes: peakMegabytes() };
}

/** Written at once and from any thread, also from one that then blocks. */
export function announceListening(): void {
  writeSync(1, LISTENING);
}
