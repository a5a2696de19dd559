/**
 * One role of the classroom's test in this process: starts the threads, shows progress, ends them
 * again and reports. Main thread, which never blocks: it only watches.
 */
import { ClassroomProgress } from '../../shared/classroom/progress.js';
import type { Role } from '../../shared/classroom/test-program.js';
import { type TransportStatistics } from '../../shared/memory/statistics.js';
import type { PlainError } from '../../shared/plain-error.js';
import type { ApplicationOutcome, ApplicationTask } from '../../workers/application.js';
import { hostStreamers, type StreamerHost } from '../threads/streamer-host.js';
import { workerModule } from '../threads/worker-modules.js';
import type { ClassroomSettings } from './classroom-options.js';
import { announceMilestones } from './milestones.js';
import type { ProgressSnapshot, ProgressView } from './progress-view.js';
import { printReport, retransmissions, type RoleResult } from './role-report.js';
import { Interruption } from './signals.js';
import { streamerOptions } from './streamer-options.js';

const REFRESH_MS = 100;

export interface RoleSpecification {
  readonly role: Role;
  readonly localPort: number;
  readonly remotePort: number;
  readonly settings: ClassroomSettings;
}

type Host = StreamerHost;

/** Plays the role to its end and prints the report. Resolves with the exit code. */
export async function runRole(
  specification: RoleSpecification,
  view: ProgressView,
  json: boolean,
): Promise<number> {
  const host = hostStreamers({
    endpoints: 1,
    applications: 1,
    onFallback: (line) => {
      view.complain(line);
    },
  });
  const interruption = new Interruption((origin) => {
    host.failAll('ERR_HAWSER_INTERRUPTED', `interrupted by ${origin}`);
  });
  const result = await play(specification, host, view);
  view.end();
  printReport(result, view, json);
  interruption.dispose();
  return interruption.exitCode ?? (result.error === undefined ? 0 : 1);
}

async function play(
  specification: RoleSpecification,
  host: Host,
  view: ProgressView,
): Promise<RoleResult> {
  const progress = new ClassroomProgress();
  const look = () => {
    view.show(snapshot(specification, progress, host));
  };
  const refreshing = setInterval(look, REFRESH_MS);
  const announcing = announceMilestones(progress, view);
  const outcome = await runApplication(specification, progress, host);
  await host.close();
  clearInterval(refreshing);
  look();
  await announcing.end();
  return resultOf(specification, progress, host, outcome);
}

async function runApplication(
  { role, localPort, remotePort, settings }: RoleSpecification,
  progress: ClassroomProgress,
  host: Host,
): Promise<ApplicationOutcome> {
  const task: ApplicationTask = {
    role,
    nums: settings.nums,
    localPort,
    remotePort,
    progress: progress.buffer,
    options: streamerOptions(settings, role),
  };
  try {
    return await host.runApplication<ApplicationOutcome>(workerModule('application'), task);
  } catch (error) {
    return { elapsedMs: 0, error: internalError(error as Error) };
  }
}

function resultOf(
  { role, settings }: RoleSpecification,
  progress: ClassroomProgress,
  host: Host,
  outcome: ApplicationOutcome,
): RoleResult {
  const error = causeOf(host, outcome);
  return {
    role,
    count: settings.nums,
    sent: progress.sent,
    received: progress.received,
    milestones: progress.milestones,
    elapsedMs: outcome.elapsedMs,
    counters: statisticsOf(host),
    ...(error !== undefined && { error }),
  };
}

/** A role thread that died of a bug is why the application failed, so its stack is the one to show. */
function causeOf(host: Host, { error }: ApplicationOutcome): PlainError | undefined {
  if (error !== undefined && error.code !== 'ERR_HAWSER_INTERNAL') return error;
  const failure = host.failures().at(0);
  if (failure === undefined || (error === undefined && !isBug(host))) return error;
  return internalError(failure.error, `${failure.role}: `);
}

function isBug(host: Host): boolean {
  return host.endpoints().some((memory) => memory.failure()?.code === 'ERR_HAWSER_INTERNAL');
}

function internalError({ message, stack }: Error, prefix = ''): PlainError {
  return {
    code: 'ERR_HAWSER_INTERNAL',
    message: prefix + message,
    ...(stack !== undefined && { stack }),
  };
}

function statisticsOf(host: Host): TransportStatistics | undefined {
  return host.endpoints().at(0)?.statistics();
}

function snapshot(
  { role, settings }: RoleSpecification,
  progress: ClassroomProgress,
  host: Host,
): ProgressSnapshot {
  const statistics = statisticsOf(host);
  return {
    role,
    nums: settings.nums,
    sent: progress.sent,
    received: progress.received,
    datagramsSent: statistics?.datagramsSent ?? 0,
    retransmissions: statistics === undefined ? 0 : retransmissions(statistics),
    smoothedRttMs: statistics?.smoothedRttMs ?? null,
  };
}
