/**
 * One side of the course in this process: starts the threads, prints the message log, hands down what
 * the keyboard says, ends the threads again. Main thread, which never blocks.
 */
import {
  type CourseCommand,
  type CourseNews,
  MainLine,
  newLineTask,
} from '../../shared/course/line.js';
import { plainError, type PlainError } from '../../shared/plain-error.js';
import { Interruption } from '../cli/signals.js';
import { describeError } from '../cli/role-report.js';
import { hostStreamers, type StreamerHost } from '../threads/streamer-host.js';
import { workerModule } from '../threads/worker-modules.js';
import { logLine } from './log-text.js';
import { Strangers } from './strangers.js';

/** How often it is looked whether the connection still stands while the user thinks. */
const WATCH_INTERVAL_MS = 200;

export interface CourseSide<Task> {
  /** The module of the application thread. */
  readonly worker: 'course-client' | 'course-server';
  readonly task: Omit<Task, 'line'>;
  readonly quiet: boolean;
  /** Of a server: who may speak to it. */
  readonly expected?: string;
  /** What to do next, asked after every event but the last. Only a client is told what to do. */
  readonly choose?: () => Promise<CourseCommand>;
}

/** Plays the side to its end. Resolves with the exit code. */
export async function runCourseSide<Task>(side: CourseSide<Task>): Promise<number> {
  const host = hostStreamers({
    endpoints: 1,
    applications: 1,
    onFallback: (text) => {
      console.error(text);
    },
  });
  const interruption = new Interruption((origin) => {
    host.failAll('ERR_HAWSER_INTERRUPTED', `interrupted by ${origin}`);
  });
  const error = await play(side, host);
  interruption.dispose();
  if (error !== undefined) console.error(describeError(error));
  return interruption.exitCode ?? (error === undefined ? 0 : 1);
}

async function play<Task>(
  { worker, task, quiet, expected, choose }: CourseSide<Task>,
  host: StreamerHost,
): Promise<PlainError | undefined> {
  const lineTask = newLineTask('hawser:course');
  const line = new MainLine(lineTask, (entry) => {
    if (!quiet) console.log(logLine(entry));
  });
  const application = host
    .runApplication(workerModule(worker), { ...task, line: lineTask })
    .catch((error: unknown) => {
      line.add({ kind: 'over', error: plainError(error) });
    });
  const startedMs = performance.now();
  const strangers = new Strangers();
  const watching = setInterval(() => {
    if (expected !== undefined && strangers.look(host.endpoints()) > 0) {
      const text = `refused an unknown client: this server's is at ${expected}`;
      const elapsedMs = performance.now() - startedMs;
      line.add({ kind: 'log', entry: { kind: 'note', text, elapsedMs } });
    }
    // The application thread may be waiting for a command: it then finds out by itself.
    if (host.endpoints().some(hasFailed)) line.command({ kind: 'end' });
  }, WATCH_INTERVAL_MS);
  const error = await followEvents(line, choose);
  clearInterval(watching);
  await application;
  await host.close();
  line.close();
  return error;
}

function hasFailed(endpoint: ReturnType<StreamerHost['endpoints']>[number]): boolean {
  return endpoint.failure() !== undefined;
}

/** Resolves with the error of the last event. */
async function followEvents(
  line: MainLine,
  choose: CourseSide<unknown>['choose'],
): Promise<PlainError | undefined> {
  for (let coming = line.next(); ;) {
    const event = await coming;
    if (event.kind === 'over') return event.error;
    announce(event);
    coming = line.next();
    // The connection may end while the user thinks.
    const command = await Promise.race([choose?.(), coming.then(() => undefined)]);
    if (command !== undefined) line.command(command);
  }
}

function announce(event: CourseNews): void {
  switch (event.kind) {
    case 'connected':
      console.log('connected');
      return;
    case 'saved':
      console.log(`the server has the whole file, as ${JSON.stringify(event.name)}`);
      return;
    case 'notSent':
      console.error(describeError(event.error));
  }
}
