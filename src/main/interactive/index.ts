/** The course's client and server, as one process each. Main thread. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { failureOf } from '../../shared/files/status.js';
import { plainError } from '../../shared/plain-error.js';
import type { CourseClientTask } from '../../workers/course-client.js';
import type { CourseServerTask } from '../../workers/course-server.js';
import { describeError } from '../cli/role-report.js';
import { Keyboard } from './keyboard.js';
import { Menu } from './menu.js';
import { runCourseSide } from './session.js';
import {
  courseTask,
  type InteractiveSettings,
  milliseconds,
  type Side,
  termsOf,
} from './settings.js';

const EXIT_FAILED = 1;

/** Resolves with the exit code. */
export function runInteractive(side: Side, settings: InteractiveSettings): Promise<number> {
  return side === 'server' ? runServer(settings) : runClient(settings);
}

async function runClient(settings: InteractiveSettings): Promise<number> {
  const keyboard = new Keyboard(process.stdin, process.stdout);
  const menu = new Menu(keyboard, process.stdout, settings.file);
  console.log(`connecting to the server at ${settings.host}, port ${settings.serverPort}`);
  const exitCode = await runCourseSide<CourseClientTask>({
    worker: 'course-client',
    quiet: settings.quiet,
    choose: () => menu.choose(),
    task: {
      ...courseTask('client', settings),
      client: {
        ...termsOf(settings),
        client: settings.name,
        acknowledgmentTimeoutMs: milliseconds(settings.ackTimeout),
        answerTimeoutMs: milliseconds(settings.idleTimeout),
      },
    },
  });
  keyboard.close();
  return exitCode;
}

async function runServer(settings: InteractiveSettings): Promise<number> {
  const directory = resolve(settings.directory);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    const failure = failureOf(error, `cannot receive into "${directory}"`);
    console.error(describeError(plainError(failure)));
    return EXIT_FAILED;
  }
  const { serverPort, clientPort, host, known } = settings;
  const expected = `${host}, port ${clientPort}`;
  console.log(`waiting on port ${serverPort} for a client at ${expected}`);
  return runCourseSide<CourseServerTask>({
    worker: 'course-server',
    quiet: settings.quiet,
    expected,
    task: {
      ...courseTask('server', settings),
      server: { ...termsOf(settings), ...(known !== undefined && { knownClients: known }) },
      directory,
    },
  });
}
