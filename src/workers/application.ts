/**
 * The application thread of the classroom's test: plays one role over a {@link Streamer} and blocks
 * whenever that blocks. It reports progress through shared memory and prints nothing: the main
 * thread prints.
 */
import { ClassroomProgress } from '../shared/classroom/progress.js';
import { playRole, type Role } from '../shared/classroom/test-program.js';
import { plainError, type PlainError } from '../shared/plain-error.js';
import { Streamer, type StreamerOptions } from '../shared/streamer.js';

const HOST = '127.0.0.1';

export interface ApplicationTask {
  readonly role: Role;
  readonly nums: number;
  readonly localPort: number;
  readonly remotePort: number;
  /** The memory of a {@link ClassroomProgress}. */
  readonly progress: SharedArrayBuffer;
  readonly options: StreamerOptions;
}

export interface ApplicationOutcome {
  /** From the first call of the Streamer to the return of its close. */
  readonly elapsedMs: number;
  readonly error?: PlainError;
}

export default function runApplication(task: ApplicationTask): ApplicationOutcome {
  const startedMs = performance.now();
  const elapsedMs = () => performance.now() - startedMs;
  try {
    const stream = new Streamer(HOST, task.remotePort, HOST, task.localPort, task.options);
    playRole(task.role, task.nums, stream, new ClassroomProgress(task.progress));
    return { elapsedMs: elapsedMs() };
  } catch (error) {
    return { elapsedMs: elapsedMs(), error: plainError(error) };
  }
}
