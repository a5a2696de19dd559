/**
 * What a role says at its end: the six course figures, errors, and the JSON object. Main thread.
 */
import type { Milestone } from '../../shared/classroom/progress.js';
import type { Role } from '../../shared/classroom/test-program.js';
import type { TransportStatistics } from '../../shared/memory/statistics.js';
import type { PlainError } from '../../shared/plain-error.js';
import { type CourseFigures, courseFigures, figureLines } from './course-figures.js';
import type { ProgressView } from './progress-view.js';

/** The JSON object of `--json`. */
export interface RoleReport {
  readonly role: Role;
  /** Stages this side has checked to the end; role 1 checks the first, role 2 the second. */
  readonly stagesPassed: readonly number[];
  readonly numbers: { readonly count: number; readonly sent: number; readonly received: number };
  readonly elapsedMs: number;
  /** Stream bytes delivered to the application, by `elapsedMs`. */
  readonly goodputBytesPerSecond: number;
  /** Null if there never was a connection to count. */
  readonly counters: TransportStatistics | null;
  readonly course: CourseFigures;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface RoleResult {
  readonly role: Role;
  readonly count: number;
  readonly sent: number;
  readonly received: number;
  readonly milestones: readonly Milestone[];
  readonly elapsedMs: number;
  readonly counters: TransportStatistics | undefined;
  readonly error?: PlainError;
}

export function reportOf(result: RoleResult): RoleReport {
  const { role, count, sent, received, milestones, elapsedMs, counters, error } = result;
  const stagesPassed = [
    ...(milestones.includes('stage1Passed') ? [1] : []),
    ...(milestones.includes('stage2Passed') ? [2] : []),
  ];
  const delivered = counters?.payloadBytesDelivered ?? 0;
  return {
    role,
    stagesPassed,
    numbers: { count, sent, received },
    elapsedMs: Math.round(elapsedMs),
    goodputBytesPerSecond: Math.round((delivered / Math.max(elapsedMs, 1)) * 1000),
    counters: counters ?? null,
    course: courseFigures(counters),
    ...(error !== undefined && { error: { code: error.code, message: error.message } }),
  };
}

/** Of every cause. */
export function retransmissions(counters: TransportStatistics): number {
  const { retransmittedByReordering, retransmittedByTimeout, retransmittedByProbe } = counters;
  return retransmittedByReordering + retransmittedByTimeout + retransmittedByProbe;
}

/** Errors on standard error, figures and the JSON object on standard output, the latter last. */
export function printReport(result: RoleResult, view: ProgressView, json: boolean): void {
  const report = reportOf(result);
  if (result.error !== undefined) view.complain(describeError(result.error));
  for (const line of figureLines(report.course)) view.say(line);
  if (json) view.say(JSON.stringify(report));
}

/** A bug shows its stack; everything else explains itself. */
export function describeError({ code, message, stack }: PlainError): string {
  const headline = `${code}: ${message}`;
  return code === 'ERR_HAWSER_INTERNAL' && stack !== undefined ? `${headline}\n${stack}` : headline;
}
